/** The declarations that an entry reaches, and the packages that they name. Paths are relative to the folder of package.json. */
export function reachedBy(entry: string): { files: Set<string>; packages: Set<string> }
/** The declarations of all entries of package.json. */
export function typesOfEntries(): string[]
