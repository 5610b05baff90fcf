/** `/assets/…`: the pictures of the simulated world. */
import type { Hono } from 'hono'
import type { SimulatorEnv } from './call/context.ts'

const AGENT = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#8b5e3c"/><stop offset="1" stop-color="#4a2c1a"/></linearGradient></defs><rect width="64" height="64" rx="32" fill="url(#g)"/><path d="M18 26h24v12a10 10 0 0 1-10 10h-4a10 10 0 0 1-10-10z" fill="#fff4e6"/><path d="M42 29h3a5 5 0 0 1 0 10h-3" fill="none" stroke="#fff4e6" stroke-width="3"/><path d="M25 21q-3-3 0-6M33 21q-3-3 0-6" fill="none" stroke="#fff4e6" stroke-width="2.5" stroke-linecap="round"/></svg>`

const CUP = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300"><defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#fde7c8"/><stop offset="1" stop-color="#f3b98b"/></linearGradient><radialGradient id="c"><stop stop-color="#7a4a26"/><stop offset="1" stop-color="#3d2111"/></radialGradient></defs><rect width="480" height="300" fill="url(#s)"/><rect y="226" width="480" height="74" fill="#8b5e3c"/><ellipse cx="232" cy="240" rx="128" ry="16" fill="#5d3a22"/><ellipse cx="232" cy="234" rx="120" ry="14" fill="#fffaf3"/><path d="M140 130h184v34a92 70 0 0 1-184 0z" fill="#fffaf3"/><path d="M322 142h16a28 28 0 0 1 0 56h-26" fill="none" stroke="#fffaf3" stroke-width="12"/><ellipse cx="232" cy="130" rx="92" ry="24" fill="#fffaf3"/><ellipse cx="232" cy="131" rx="82" ry="19" fill="url(#c)"/><path d="M232 144c-34-12-34-24-14-24 8 0 14 6 14 6s6-6 14-6c20 0 20 12-14 24z" fill="#f6dfc3"/><g fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round" opacity=".75"><path d="M200 96q-16-18 0-36t0-34"/><path d="M236 92q-16-18 0-36t0-34"/><path d="M272 96q-16-18 0-36t0-34"/></g></svg>`

const PICTURES: Readonly<Record<string, string>> = { 'agent.svg': AGENT, 'cup.svg': CUP }

export function addPictures(app: Hono<SimulatorEnv>): void {
  app.get('/assets/:name', (c) => {
    const picture = PICTURES[c.req.param('name')]
    if (picture === undefined) return c.notFound()
    return c.body(picture, 200, { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=3600' })
  })
}
