import type { Logger } from 'pino'
import { systemClock } from '../../platform/clock.ts'
import type { TokenService, TokenServiceOptions } from '../../server/token-service.ts'
import { explainRefusal } from '../doctor/exchange.ts'

/**
 * Gets one token at the start and logs the outcome. Where that fails the log has the sentence of `doctor`, long before the first
 * visitor comes. The service runs on: Coze may be back before they do.
 */
export async function sayWhetherCozeAgrees(
  service: Pick<TokenService, 'check'>,
  options: TokenServiceOptions,
  logger: Logger,
): Promise<void> {
  const { ok, ...facts } = await service.check()
  if (ok) {
    logger.info(`Coze gives tokens to app ${options.appId}.`)
    return
  }
  const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init)
  const { found, cure } = await explainRefusal(facts, options, { fetch, clock: systemClock })
  logger.error(facts, `${found}, so that no visitor can chat. ${cure}`)
}
