/** What can be added to a message, where there is no room for a button each. */
import type { AddMenuProps } from '../parts.ts'
import { type IconPath, icons } from '../theme/icons.tsx'
import { MenuItem, Popup } from './popup.tsx'

/** A button of the composer that a narrow panel hides, by its name and what is drawn on it. */
interface Folded {
  readonly label: string
  readonly path: IconPath
  press(): void
}

export function AddMenu({ panel, opener, onClose, onFiles }: AddMenuProps) {
  const { strings } = panel
  const folded = [...(opener.parentElement?.querySelectorAll<HTMLButtonElement>('.folds') ?? [])]
    .filter((button) => !button.hidden)
    .map(
      (button): Folded => ({
        label: button.getAttribute('aria-label') ?? '',
        path: button.querySelector('path')?.getAttribute('d') ?? '',
        press: () => button.click(),
      }),
    )
  return (
    <Popup panel={panel} label={strings.addMore} role="menu" opener={opener} above onClose={onClose}>
      {panel.features.upload && (
        <MenuItem
          path={icons.attach}
          label={strings.attach}
          onClick={() => {
            onClose()
            onFiles()
          }}
        />
      )}
      {folded.map(({ label, path, press }) => (
        <MenuItem
          key={label}
          path={path}
          label={label}
          onClick={() => {
            onClose()
            press()
          }}
        />
      ))}
    </Popup>
  )
}
