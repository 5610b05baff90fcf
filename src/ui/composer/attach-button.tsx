import { useRef, useState } from 'preact/hooks'
import type { PanelContext } from '../panel-context.ts'
import { AddMenu } from '../part-components.tsx'
import { IconButton, icons } from '../theme/icons.tsx'

interface AttachButtonProps {
  panel: PanelContext
  /** There are more buttons, which have no room beside the field in a narrow panel. */
  crowded: boolean
  onFiles(files: FileList): void
}

/** What adds to a question: files, and where there is little room all else that can be added. */
export function AttachButton({ panel, crowded, onFiles }: AttachButtonProps) {
  const { strings, features } = panel
  const picker = useRef<HTMLInputElement>(null)
  /** The button that opened the menu, while it is open. */
  const [opener, setOpener] = useState<HTMLElement>()
  const pick = () => picker.current?.click()
  return (
    <>
      {(features.upload || crowded) && (
        <IconButton
          class={features.upload ? 'icon-button' : 'icon-button unfolds'}
          path={icons.attach}
          label={features.upload ? strings.attach : strings.addMore}
          onClick={({ currentTarget }) => {
            const button = currentTarget as HTMLButtonElement
            if (isFolded(button)) setOpener(opener ? undefined : button)
            else pick()
          }}
        />
      )}
      {opener && <AddMenu panel={panel} opener={opener} onClose={() => setOpener(undefined)} onFiles={pick} />}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={strings.attach}
        onChange={(event) => {
          const picked = event.currentTarget.files
          if (picked) onFiles(picked)
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}

/** Whether other buttons of its row are behind it: the style sheet knows how much room they need (`composer.css`). */
function isFolded(button: HTMLElement): boolean {
  return button.parentElement?.querySelector<HTMLElement>('.folds:not([hidden])')?.offsetWidth === 0
}
