import { Fragment, h } from 'preact'
import { MarkdownSpeech, MarkdownText } from './chunks.ts'
import type { PanelContext } from './panel-props.ts'
import { isPlain, paragraphsOf } from './plain-text.ts'

/** Longer answers are cut when they are read aloud; the transcript has them whole. */
const MAX_SPOKEN = 1500

export interface MessageTextProps {
  panel: PanelContext
  text: string
  revision: number
  done: boolean
}

/** What the agent says: plain text as long as it is no more than that, or until the Markdown view has come. */
export function MessageText(props: MessageTextProps) {
  const plain = (
    <div class="markdown" part="markdown" dir="auto">
      {paragraphsOf(props.text).map((paragraph) => (
        <p>{paragraph}</p>
      ))}
    </div>
  )
  return isPlain(props.text) ? plain : <MarkdownText {...props} fallback={plain} />
}

/** The same as a screen reader should say it. */
export function SpokenText(props: { panel: PanelContext; text: string }) {
  const text = props.text.slice(0, MAX_SPOKEN)
  return <>{isPlain(text) ? text : <MarkdownSpeech panel={props.panel} text={text} fallback={text} />}</>
}
