/** Of options that no attribute can hold: one value each, which a box of the playground switches on. */

const ORDER = { value: 'order', label: { en: 'An order', zh: '订单' } }
const RETURN = { value: 'return', label: { en: 'A return', zh: '退货' } }

export const EXAMPLES = {
  getToken: async ({ sessionId, signal }) => {
    const response = await fetch('/api/coze/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-chat-token': '1' },
      body: JSON.stringify({ session_id: sessionId }),
      signal,
    })
    return response.json()
  },
  tools: { get_cart: () => ({ items: [{ name: 'Kenya AA', count: 2 }] }) },
  parameters: { channel: 'shop' },
  customVariables: { customer: 'new' },
  metaData: { page: 'shop' },
  sdkOptions: { ui: { base: { layout: 'pc' } } },
  strings: { placeholder: 'Ask me anything' },
  onSignIn: () => alert('Your login'),
  form: [
    { name: 'email', type: 'email', label: { en: 'E-mail', zh: '邮箱' }, required: true },
    { name: 'topic', type: 'select', label: { en: 'What is it about?', zh: '想咨询什么？' }, choices: [ORDER, RETURN] },
  ],
  hours: {
    timeZone: 'Asia/Shanghai',
    week: { mon: '09:00-18:00', tue: '09:00-18:00', wed: '09:00-18:00', thu: '09:00-18:00', fri: '09:00-18:00' },
  },
}

/** As one writes it in a script of the page. */
export function asCode(value) {
  if (typeof value === 'function') return String(value)
  if (Array.isArray(value)) return `[${value.map(asCode).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${name}: ${asCode(member)}`)
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}'
}
