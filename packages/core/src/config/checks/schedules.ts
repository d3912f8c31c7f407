import { suggestName } from '../../nearest.ts';
import { formatPath, itemsOf, member, textMember } from '../node.ts';
import type { MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import { reportRepeated } from './repeated.ts';
import { mapsIn, suitesOf } from './walk.ts';

/**
 * When schedules are due, as far as it can be told without a parser of cron expressions, and what they run. The service
 * and `validate` read the expressions exactly.
 */
export function checkSchedules(root: MapNode, problems: Problems): void {
  const suites = suitesOf(root).flatMap(({ node }) => textMember(node, 'name') ?? []);
  const schedules = mapsIn(root, 'schedules', []);
  reportRepeated(schedules, 'name', 'schedule', problems);
  for (const { node, path } of schedules) {
    checkTiming(node, formatPath(path), problems);
    checkSuites(node, formatPath(path), suites, problems);
  }
}

function checkTiming(schedule: MapNode, at: string, problems: Problems): void {
  const cron = member(schedule, 'cron');
  const every = member(schedule, 'every');
  if ((cron === undefined) === (every === undefined)) {
    problems.add(
      'CONFIG_INVALID',
      every ?? schedule,
      `${at}: ${cron === undefined ? 'neither cron nor every says when' : 'cron and every are both given'}`,
      { hint: 'Write cron: "30 2 * * 1-5", or every: 15m.' },
    );
  }
  const zone = member(schedule, 'timezone');
  if (zone !== undefined && every !== undefined) {
    problems.add('CONFIG_INVALID', zone, `${at}.timezone: means nothing with every`, {
      hint: 'Intervals are counted from 1970, in every zone alike.',
    });
  }
  const text = textMember(schedule, 'cron');
  if (cron !== undefined && text !== undefined && !looksLikeCron(text)) {
    problems.add('CONFIG_INVALID', cron, `${at}.cron: ${JSON.stringify(text)} is no cron expression`, {
      hint: 'Minute, hour, day of the month, month, day of the week: "30 2 * * 1-5"; or @daily and the like.',
    });
  }
  const catchUp = member(schedule, 'catch_up');
  if (textMember(schedule, 'catch_up') !== 'all' || textMember(schedule, 'overlap') === 'queue') return;
  problems.add('CONFIG_INVALID', catchUp ?? schedule, `${at}.catch_up: all needs overlap: queue`, {
    hint: 'All that are caught up wait for each other: write overlap: queue, or catch_up: one.',
  });
}

function looksLikeCron(text: string): boolean {
  if (/^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i.test(text)) return true;
  const fields = text.trim().split(/\s+/);
  return (
    (fields.length === 5 || fields.length === 6) &&
    fields.every((field) => /^[\dA-Za-z*?,/#+-]+$/.test(field))
  );
}

function checkSuites(schedule: MapNode, at: string, suites: readonly string[], problems: Problems): void {
  for (const [index, item] of itemsOf(member(schedule, 'suites')).entries()) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string' || suites.includes(item.value)) continue;
    problems.add(
      'CONFIG_UNKNOWN_REFERENCE',
      item,
      `${at}.suites[${index}]: there is no suite ${JSON.stringify(item.value)}`,
      { hint: suggestName(item.value, suites, { what: 'suites' }) },
    );
  }
}
