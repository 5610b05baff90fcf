import { isImageAllowed } from '../attachments/image-hosts.ts'
import { useLightbox } from '../attachments/use-lightbox.ts'
import { Guard } from '../guard.ts'
import type { PanelContext } from '../panel-context.ts'
import { usePart } from '../use-part.ts'
import { isPlain, paragraphsOf } from './plain-text.ts'

export interface MessageTextProps {
  panel: PanelContext
  text: string
  /** The text grows at its end while this number stays the same. */
  revision: number
  /** Nothing follows. */
  done: boolean
}

/** What the agent says. Text without any Markdown in it, and all text until the Markdown view has come, is drawn as plain paragraphs. */
export function MessageText(props: MessageTextProps) {
  return isPlain(props.text) ? <PlainText text={props.text} /> : <RichText {...props} />
}

function RichText(props: MessageTextProps) {
  const { panel } = props
  const enlarge = useLightbox(panel)
  const markdown = usePart('markdown')
  if (!markdown) return <PlainText text={props.text} />
  return (
    <Guard instead={() => <PlainText text={props.text} />}>
      <markdown.MarkdownText
        {...props}
        imageAllowed={(url) => isImageAllowed(url, panel)}
        onImage={(button) => enlarge(button)}
      />
    </Guard>
  )
}

function PlainText({ text }: { text: string }) {
  return (
    <div class="markdown" part="markdown" dir="auto">
      {paragraphsOf(text).map((paragraph) => (
        <p>{paragraph}</p>
      ))}
    </div>
  )
}
