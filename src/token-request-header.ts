/** Header that forces a CORS preflight, so that a foreign page cannot make us mint. Apart from `contract.ts`, of which a browser seldom needs the rest. */
export const TOKEN_REQUEST_HEADER = 'x-chat-token'
