/**
 * A REPLICA of Coze's Chat SDK for tests and for the demo without an account. It is not the vendor's code and shares none with it:
 * it was written from a description of the original's behaviour and keeps its defects (options and token printed, `alert()` boxes,
 * a rejected refresh kept for ever, a refused message not sent again, global styles), so that our adapter is tested against them.
 *
 * A classic script: `<script src="chat-sdk-replica.js?api=http://127.0.0.1:8788">`; without `api` it calls the page's own origin.
 */
import { installReplica } from './install-replica.ts'

const script = document.currentScript as HTMLScriptElement | null
const api = script ? new URL(script.src).searchParams.get('api') : null
installReplica(window, (api ?? location.origin).replace(/\/$/, ''))
