/** `web-types.json` (https://github.com/JetBrains/web-types), by which JetBrains editors complete `<coze-chat>`; made from the custom elements manifest. Pure. */
import { customElementsManifest } from './option-reference.ts'

export function webTypes(tableSource: string, version: string) {
  const [element] = customElementsManifest(tableSource).modules.flatMap(({ declarations }) => declarations)
  if (element === undefined) throw new Error('The custom elements manifest declares nothing.')
  return {
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name: 'coze-chat-widget',
    version,
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: [
          {
            name: element.tagName,
            description: element.description,
            attributes: element.attributes.map(({ name, description, type, default: standard }) => ({
              name,
              description,
              ...(standard !== undefined && { default: standard }),
              value: { type: type.text, required: false },
            })),
            js: {
              properties: element.members.map(({ name, description, type }) => ({
                name,
                description,
                type: type.text,
              })),
              // Each event has two names; templates that cannot write a colon bind the one with a hyphen.
              events: element.events.flatMap(({ name, description }) => [
                { name, description },
                { name: name.replace(':', '-'), description },
              ]),
            },
          },
        ],
      },
      css: { properties: element.cssProperties },
    },
  }
}
