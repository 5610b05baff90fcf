import type { Logger } from 'pino'
import { systemClock } from '../../platform/clock.ts'
import type { TokenService, TokenServiceOptions } from '../../server/token-service.ts'
import { explainRefusal } from '../doctor/exchange.ts'
import { forOwners } from './owners-line.ts'

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
    const agreed = [`Coze gives tokens to app ${options.appId}.`, `扣子已向应用 ${options.appId} 发放令牌。`] as const
    logger.info(...forOwners(agreed))
    return
  }
  const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init)
  const { found, cure } = await explainRefusal(facts, options, { fetch, clock: systemClock })
  const refused = [
    `${found[0]}, so that no visitor can chat. ${cure[0]}`,
    `${found[1]}，访客无法聊天。${cure[1]}`,
  ] as const
  logger.error(...forOwners(refused, facts))
}
