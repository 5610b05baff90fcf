/** Puts the visitor's name into a greeting. Without a name its comma goes too: "Hello, {{user_name}}!" becomes "Hello!". */
export function fillUserName(greeting: string, userName = ''): string {
  const pattern = userName ? /\{\{\s*user_name\s*\}\}/g : /[,，、]?\s*\{\{\s*user_name\s*\}\}/g
  return greeting.replace(pattern, () => userName)
}
