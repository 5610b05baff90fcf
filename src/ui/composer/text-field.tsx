import type { RefObject, TextareaHTMLAttributes } from 'preact'
import type { PanelContext } from '../panel-context.ts'
import { useStyles } from '../theme/use-styles.ts'
import fieldStyles from './text-field.css?inline'

interface TextFieldProps extends TextareaHTMLAttributes {
  panel: PanelContext
  /** The text area itself. */
  input: RefObject<HTMLTextAreaElement | null>
  text: string
  onText(text: string): void
}

/** A text area as high as its words. A mirror behind it has the same words and gives it its height, so that nothing is measured. */
export function TextField({ panel, input, text, onText, ...attributes }: TextFieldProps) {
  useStyles(panel, fieldStyles)
  return (
    <div class="field" data-text={text}>
      <textarea
        ref={input}
        rows={1}
        enterkeyhint="send"
        autocomplete="off"
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
        {...attributes}
      />
    </div>
  )
}
