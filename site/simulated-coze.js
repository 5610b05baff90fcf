/** A Coze inside the page of the playground: it answers what the widget would send over the network, and forgets all when the page is left. */
import { createCozeSimulator } from '../dist/simulator/index.js'

const ADDRESS = 'https://coze.simulated'
const overNetwork = window.fetch.bind(window)
const simulator = createCozeSimulator({ knobs: { pieceDelayMs: 15 } })

/** What a token service would answer to an anonymous visitor. */
async function answerToken(request) {
  const { session_id: sessionId } = await request.json()
  const name = `a1_${sessionId}`
  return Response.json({
    access_token: (await simulator).issueToken(name),
    token_type: 'Bearer',
    expires_in: 900,
    kind: 'anonymous',
    subject: `s_${sessionId}`,
  })
}

window.fetch = async (input, init) => {
  const request = new Request(input, init)
  if (!request.url.startsWith(`${ADDRESS}/`)) return overNetwork(input, init)
  if (request.url === `${ADDRESS}/token`) return answerToken(request)
  return (await simulator).fetch(request)
}
