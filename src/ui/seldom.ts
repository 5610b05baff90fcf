/** What is not needed at a light desktop with a mouse and the chat in its corner. */

export { createFullScreen } from './full-screen.ts'
export { default as seldomStyles } from './seldom.css?inline'
export { restoreSize } from './window-size.ts'
