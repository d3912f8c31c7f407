const pattern = /^baseline\.(\d{1,9})\.json$/;

/** `baseline.3.json`: the guide's readers look for `baseline.json` alone. */
export function versionName(number: number): string {
  return `baseline.${number}.json`;
}

/** Numbers of the versions among some file names, rising. */
export function numbersOfVersions(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .toSorted((a, b) => a - b);
}
