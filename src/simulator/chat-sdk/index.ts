/**
 * A REPLICA of Coze's Chat SDK for tests and for the demo without an account. It is not the vendor's code and shares none with it:
 * it was written from a description of the original's behaviour (docs/coze.md 2) and keeps the original's defects, so that the
 * adapter in `src/official/` is tested against them: it prints options and token, opens `alert()` boxes, keeps a rejected refresh
 * for ever, does not send a refused message again, and styles the whole page.
 *
 * A classic script: `<script src="chat-sdk-replica.js?api=http://127.0.0.1:8788">`; without `api` it calls the page's own origin.
 */
import { installReplica } from './install-replica.ts'

const script = document.currentScript as HTMLScriptElement | null
const api = script ? new URL(script.src).searchParams.get('api') : null
installReplica(window, (api ?? location.origin).replace(/\/$/, ''))
