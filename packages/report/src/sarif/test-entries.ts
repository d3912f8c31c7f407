import type { LocatedFailure, SourceLocation, TestResult } from '@mcp-test-harness/core';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cleanLine, cleanText } from '../text/clean-text.ts';
import { cutText } from '../text/cut.ts';
import { displayPath } from '../text/location.ts';
import type { SarifEntry, SarifLevel, SarifLocation, SarifRule } from './types.ts';

/** Longest frame or diff in a message, in UTF-16 units. */
const longestDetail = 2000;

/** What a test has to say: nothing when all held. */
export function testEntries(test: TestResult, cwd: string): readonly SarifEntry[] {
  const entries = [...test.failures, ...test.warnings].map((failure) => failureEntry(test, failure, cwd));
  if (test.error !== undefined) entries.push(errorEntry(test, test.error, cwd));
  if (test.skipCause === 'expected-failure') entries.push(expectedEntry(test, cwd));
  return entries;
}

function failureEntry(test: TestResult, failure: LocatedFailure, cwd: string): SarifEntry {
  const level = failure.severity === 'failure' ? 'error' : 'warning';
  const rule = ruleOf(test, failure);
  const details = [failure.diff, ...framesOf(test)].filter((part) => part !== undefined);
  return {
    rule,
    result: {
      ...common(test, rule, level, failure.location ?? test.location, cwd),
      message: { text: [cleanLine(failure.message), ...details.map(shorten)].join('\n') },
      partialFingerprints: {
        'ruleAndTest/v1': [rule.id, test.server, test.id, failure.step ?? '', failure.configKey].join('|'),
      },
    },
  };
}

function ruleOf({ requirement }: TestResult, { type }: LocatedFailure): SarifRule {
  if (requirement !== undefined && requirement.level === type) return requirementRule(requirement);
  return {
    id: type,
    shortDescription: { text: `An expectation of the type ${type} holds` },
    defaultConfiguration: { level: 'error' },
  };
}

function requirementRule({
  id,
  level,
  title,
  remedy,
  quote,
  url,
}: NonNullable<TestResult['requirement']>): SarifRule {
  return {
    id,
    shortDescription: { text: title },
    helpUri: url,
    help: { text: `${level}: ${title}.${quote === undefined ? '' : ` “${quote}”`} ${remedy}` },
    defaultConfiguration: { level: level === 'MUST' ? 'error' : 'warning' },
    properties: { tags: [level] },
  };
}

function errorEntry(test: TestResult, error: NonNullable<TestResult['error']>, cwd: string): SarifEntry {
  const rule: SarifRule = {
    id: error.code,
    shortDescription: { text: `No verdict was possible: ${error.kind}` },
    defaultConfiguration: { level: 'error' },
  };
  const text = [error.message, error.hint].filter((part) => part !== undefined).map(cleanLine);
  return {
    rule,
    result: { ...common(test, rule, 'error', test.location, cwd), message: { text: text.join('\n') } },
  };
}

function expectedEntry(test: TestResult, cwd: string): SarifEntry {
  const rule: SarifRule =
    test.requirement === undefined
      ? {
          id: test.id,
          shortDescription: { text: test.description ?? test.id },
          defaultConfiguration: { level: 'warning' },
        }
      : requirementRule(test.requirement);
  const justification = cleanLine(test.skipReason ?? 'expected');
  return {
    rule,
    result: {
      ...common(test, rule, rule.defaultConfiguration.level, test.location, cwd),
      message: { text: justification },
      suppressions: [{ kind: 'external', status: 'accepted', justification }],
    },
  };
}

function common(
  test: TestResult,
  { id }: SarifRule,
  level: SarifLevel,
  place: SourceLocation | undefined,
  cwd: string,
) {
  const location: SarifLocation = {
    ...(place !== undefined && {
      physicalLocation: {
        artifactLocation: { uri: toUri(place.file, cwd) },
        region: { startLine: place.line, startColumn: place.column },
      },
    }),
    logicalLocations: [{ name: test.test, fullyQualifiedName: `${test.server}/${test.id}`, kind: 'test' }],
  };
  return {
    ruleId: id,
    level,
    locations: [location],
    partialFingerprints: { 'ruleAndTest/v1': [id, test.server, test.id].join('|') },
  };
}

/** Relative to the working directory where it lies below it, which code scanning takes for the repository. */
function toUri(file: string, cwd: string): string {
  const path = displayPath(file, cwd);
  return isAbsolute(path) ? pathToFileURL(path).href : path.split('/').map(encodeURIComponent).join('/');
}

function framesOf({ exchanges }: TestResult): readonly string[] {
  const exchange = exchanges.findLast(({ phase }) => phase === 'test') ?? exchanges.at(-1);
  if (exchange === undefined) return [];
  return [
    ...(exchange.request === '' ? [] : [`> ${exchange.request}`]),
    ...(exchange.response === undefined ? [] : [`< ${exchange.response}`]),
  ];
}

function shorten(text: string): string {
  return cutText(cleanText(text), longestDetail);
}
