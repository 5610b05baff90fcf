/** The page gets out of the way of an open chat, so that nothing which it asks people to watch or to press lies under the window. */

/** Beyond this much of the page the chat is what is looked at, as on a phone. */
const MOST = 0.5

function makeRoom() {
  const width = document.documentElement.clientWidth
  const room = { left: 0, right: 0 }
  for (const element of document.querySelectorAll('coze-chat[data-open][data-mode="floating"]')) {
    const { left, right } = element.shadowRoot.querySelector('.frame').getBoundingClientRect()
    const { side } = element.dataset
    const covered = side === 'left' ? right : width - left
    if (covered <= width * MOST) room[side] = Math.max(room[side], covered)
  }
  for (const side of ['left', 'right']) document.body.style.setProperty(`--room-${side}`, `${room[side]}px`)
}

// Its marks say whether it is open and on which side, its style how large it is.
const marks = new MutationObserver(makeRoom)

// Nobody hears an element that is not on the page yet, as the widget's is until the page has loaded; it is open only later.
document.addEventListener('coze-chat:open', ({ target }) => {
  marks.observe(target, { attributes: true })
  makeRoom()
})
addEventListener('resize', makeRoom)
