/** Both a type of core and what a schema gives in one form: nothing readonly, members that may be undefined optional, free JSON as `'json'`. */
export type Comparable<T> = T extends string | number | boolean | null | undefined
  ? T
  : unknown extends T
    ? 'json'
    : T extends readonly (infer Item)[]
      ? Comparable<Item>[]
      : string extends keyof T
        ? 'json'
        : Flat<
            { -readonly [K in keyof T as undefined extends T[K] ? never : K]: Comparable<T[K]> } & {
              -readonly [K in keyof T as undefined extends T[K] ? K : never]?: Comparable<
                Exclude<T[K], undefined>
              >;
            }
          >;
type Flat<T> = { [K in keyof T]: T[K] };
