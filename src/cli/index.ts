#!/usr/bin/env node
/** `coze-chat-widget`: declares the commands. Each is imported when it is called, so that none waits for the packages of another. */
import { Command, CommanderError } from 'commander'
import { isCozeChatError } from '../errors.ts'
import { translateCommander } from './commands/commander-words.ts'
import { declareCdn } from './commands/declare-cdn.ts'
import { declareDemo } from './commands/declare-demo.ts'
import { declareDoctor } from './commands/declare-doctor.ts'
import { declareInit } from './commands/declare-init.ts'
import { declareServe } from './commands/declare-serve.ts'
import { declareSimulate } from './commands/declare-simulate.ts'
import { declareVerify } from './commands/declare-verify.ts'
import { loadEnvFile } from './env-file.ts'
import { say } from './say.ts'
import { readVersion } from './version.ts'

/** Exit code of a command that could not begin: a wrong option, a bad setting, or nobody there to talk to. */
const EXIT_UNUSABLE = 2

// Who reads the output may be gone before its end, as with `| head`; without a listener that ends the process with a stack.
process.stdout.on('error', () => undefined)

const program = translateCommander(new Command('coze-chat-widget'))
  .description(
    say(
      'A private conversation with your Coze agent for every visitor of your website.',
      '网站的每位访客都与扣子智能体单独对话，彼此隔离。',
    ),
  )
  .addHelpText(
    'after',
    say(
      `
Exit codes:
  0  done; doctor and verify: nothing wrong
  1  doctor and verify: something is wrong, the report names it
  2  a wrong option, a bad setting, or nobody there to talk to

Begin with "coze-chat-widget demo", go on with "coze-chat-widget init"; before going live, "doctor" on the server and "verify" from anywhere.`,
      `
退出码：
  0  完成；doctor 和 verify：没有发现问题
  1  doctor 和 verify：发现问题，详见报告
  2  选项有误、设置有误，或无法连接

先运行 "coze-chat-widget demo"，再运行 "coze-chat-widget init"；上线之前，在服务器上运行 "doctor"，再从任意地方运行 "verify"。`,
    ),
  )
  .version(readVersion(), '-v, --version', say('print the version', '打印版本'))
  .exitOverride()

declareDemo(program)
declareInit(program)
declareServe(program)
declareSimulate(program)
declareCdn(program)
declareDoctor(program)
declareVerify(program)

/** The commands that read the settings of a service; the demo has its own unless they are really there. */
const READS_SETTINGS = ['serve', 'simulate', 'doctor']

try {
  if (READS_SETTINGS.includes(process.argv[2] ?? '')) loadEnvFile()
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_UNUSABLE
  } else {
    // The sentence of a CozeChatError says what to do; anything else is a defect, to be reported with its stack.
    console.error(isCozeChatError(error) ? `\n${error.message}\n` : error)
    process.exitCode = EXIT_UNUSABLE
  }
}
