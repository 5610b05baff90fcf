import { afterAll, beforeAll, expect, vi } from 'vitest'

/** The terminal of all tests of a file speaks Chinese. */
export function speakChinese(): void {
  beforeAll(() => void vi.stubEnv('LC_ALL', 'zh_CN.UTF-8'))
  afterAll(() => vi.unstubAllEnvs())
}

/** What stays as it is in every language: commands, addresses, texts in quotes, and the names of the lines of a report. */
const CODE =
  /npx coze-chat-widget \w+|timedatectl set-ntp true|openssl (?:rand -base64 32|pkey -in \S+ (?:-out unlocked\.pem|-pubout))|ssh-keygen -p -N "" -m PEM -f key|\w+:\/\/[^\s，。、；：（）]*|"[^"]*"/g
const THREE_WORDS = /(?<![\w.-])[A-Za-z][A-Za-z'-]*(?:[,;:]? [A-Za-z][A-Za-z'-]*){2}/

/** @returns why a text is not Chinese, or undefined where it is */
function notChinese(text: string): string | undefined {
  if (!/\p{Script=Han}/u.test(text)) return `no Chinese: ${text}`
  const [words] = THREE_WORDS.exec(text.replace(CODE, '…')) ?? []
  return words === undefined ? undefined : `"${words}" in: ${text}`
}

export function expectChinese(texts: readonly string[]): void {
  expect(texts.length).toBeGreaterThan(0)
  expect(texts.map(notChinese).filter((fault) => fault !== undefined)).toEqual([])
}
