/** What the file at an address is called: the last part of its path; empty where the path has none. */
export function fileNameOf({ pathname }: URL): string {
  const name = pathname.replace(/^.*\//, '')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
