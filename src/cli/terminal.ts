import { createInterface } from 'node:readline/promises'

/** Hands a function that asks whoever sits at the terminal, or undefined where nobody does. */
export async function withTerminal<T>(
  work: (ask: ((question: string) => Promise<string>) | undefined) => Promise<T>,
): Promise<T> {
  if (process.stdin.isTTY !== true) return work(undefined)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await work((question) => terminal.question(`${question} `))
  } finally {
    terminal.close()
  }
}
