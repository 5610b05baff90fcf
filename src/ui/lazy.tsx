/** What a plain exchange of words does not need is a chunk, loaded when it is drawn for the first time. */
import { type ComponentChildren, type ComponentType, type FunctionComponent, h } from 'preact'
import { component } from './component.ts'
import type { AllStrings, Strings } from './strings.ts'

interface CompleteProps {
  panel: { readonly strings: AllStrings }
}

/** What a lazy component is given: its own props, a panel that may lack words, and what to draw meanwhile. */
type LazyProps<Props extends CompleteProps> = Omit<Props, 'panel'> & {
  panel: Omit<Props['panel'], 'strings'> & { readonly strings: Strings }
  /** Takes the component's place until it is there. Default: nothing. */
  fallback?: ComponentChildren
  /** Takes its place where it could not be loaded. Default: `fallback`. */
  failure?: ComponentChildren
}

type PropsOf<Drawn> = Drawn extends (props: infer Props extends CompleteProps) => unknown ? Props : never

/**
 * A component that brings its code, and the words beyond the first, when it is drawn. Without them the rest of the chat goes on;
 * they are asked for again by the next one that is drawn.
 */
export function lazy<Module, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
): FunctionComponent<LazyProps<PropsOf<Module[Name]>>> {
  type Props = PropsOf<Module[Name]>
  let loaded: ComponentType<Props> | undefined
  return component<LazyProps<Props>>((life) => {
    let asked: Strings | undefined
    let failed = false
    return ({ fallback, failure = fallback, ...props }) => {
      const { strings } = props.panel
      if (loaded && 'retryIn' in strings)
        return h(loaded as ComponentType<CompleteProps>, props as unknown as CompleteProps)
      if (asked !== strings) {
        asked = strings
        Promise.all([load(), strings.complete()])
          .then(
            ([module]) => {
              loaded = module[name] as ComponentType<Props>
            },
            () => {
              failed = true
            },
          )
          .then(life.redraw)
      }
      return failed ? failure : fallback
    }
  })
}
