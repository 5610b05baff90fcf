import { useRef, useState } from 'preact/hooks'
import type { PanelContext } from '../panel-context.ts'
import { AddMenu } from '../part-components.tsx'
import { IconButton, icons } from '../theme/icons.tsx'

/** Of a panel of 376 pixels: with less, the words of an empty field are cut. */
const CROWDED_BELOW_PX = 352

interface AttachButtonProps {
  panel: PanelContext
  /** There are more buttons, which have no room beside this one in a narrow panel. */
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
            // What has no room beside it is behind it (`composer.css`).
            if (crowded && (button.form?.offsetWidth ?? 0) < CROWDED_BELOW_PX) setOpener(opener ? undefined : button)
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
