import { useRef } from 'preact/hooks'
import { parseUrl, runsScript } from '../../platform/addresses/parse-url.ts'
import { systemClock } from '../../platform/clock.ts'
import type { ProblemNoticeProps } from '../parts.ts'

/** For a second after a token service has said that nobody is signed in, it is not asked again (`visitor/visitor-state.ts`). */
const HOLD_MS = 1_000

/** The button "Sign in"; nothing where the site's owner has not said what it does. */
export function SignIn(props: { panel: ProblemNoticeProps['panel']; onSignedIn(): void }) {
  const { panel, onSignedIn } = props
  const { signInUrl, onSignIn, strings, clock = systemClock } = panel
  const shownAt = useRef(clock.monotonic())
  if (onSignIn) {
    const signIn = async () => {
      const signingIn = onSignIn()
      // Also of another realm, or of a library.
      if (typeof (signingIn as PromiseLike<unknown> | undefined)?.then !== 'function') return
      await signingIn
      clock.setTimeout(onSignedIn, Math.max(0, HOLD_MS - (clock.monotonic() - shownAt.current)))
    }
    return (
      <button type="button" class="text-button" onClick={() => void signIn()}>
        {strings.signIn}
      </button>
    )
  }
  return signInUrl && !runsScript(parseUrl(signInUrl, document.baseURI)) ? (
    <a class="text-button" href={signInUrl.replaceAll('{url}', () => encodeURIComponent(location.href))}>
      {strings.signIn}
    </a>
  ) : null
}
