import { inlineCode, prose } from '../../markdown/escape.ts';
import { cutMiddle } from '../../text/cut.ts';
import type { ReportedLocation } from '../types.ts';

/** Makes links, to places of one repository only: what a report says may be a lie. */
export interface Linker {
  /** Its short form, as a link where the repository is known. */
  commit(sha: string): string;
  place(location: ReportedLocation, sha: string): string;
  /** Undefined for a URL that is not one of a run of this repository. */
  run(name: string, url: string | undefined): string | undefined;
}

/** @param repositoryUrl `https://github.com/owner/name`; undefined: no links */
export function createLinker(repositoryUrl: string | undefined): Linker {
  const root = repositoryUrl?.replace(/\/+$/, '');
  const known = root !== undefined && /^https?:\/\/[\w.:-]+(?:\/[\w.-]+)+$/.test(root) ? root : undefined;
  return {
    commit(sha) {
      const short = sha.slice(0, 7);
      return known === undefined ? inlineCode(short) : `[${inlineCode(short)}](${known}/commit/${sha})`;
    },
    place({ file, line }, sha) {
      const name = inlineCode(cutMiddle(`${file}:${line}`, 80));
      if (known === undefined) return name;
      const path = file.split('/').map(encodeSegment).join('/');
      return `[${name}](${known}/blob/${sha}/${path}#L${line})`;
    },
    run(name, url) {
      if (known === undefined || url?.startsWith(`${known}/`) !== true) return undefined;
      return /^\/actions\/runs\/\d+(?:\/(?:artifacts|attempts|job)\/\d+)*$/.test(url.slice(known.length))
        ? `[${prose(cutMiddle(name, 60))}](${url})`
        : undefined;
    },
  };
}

/** Also what `encodeURIComponent` leaves alone and Markdown reads. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[!'()*_~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
