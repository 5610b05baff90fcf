#!/usr/bin/env node
/** `coze-chat-widget`: each command is a file of its own, loaded when it is asked for. */
import { Command } from 'commander'

const program = new Command('coze-chat-widget')
  .description('A private conversation with your Coze agent for every visitor of your website.')
  .showHelpAfterError()

const port = (text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0 || number > 65535)
    throw new Error(`"${text}" is no port: write 0 to 65535.`)
  return number
}

program
  .command('demo')
  .description('the whole thing on this machine: site, token service and a simulated Coze; no account, no network')
  .option(
    '--port <number>',
    'port of the site; the simulator takes the next one',
    port,
    port(process.env['PORT'] ?? '8787'),
  )
  .option('--token-ttl <seconds>', 'life of a token, short so that renewal can be watched', Number, 60)
  .action(async (options: { port: number; tokenTtl: number }) => {
    const { demo } = await import('./demo.ts')
    await demo(options)
  })

await program.parseAsync()
