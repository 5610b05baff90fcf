/** Every scene in which the chat is photographed and searched by axe. */
import type { Scene } from '../states.ts'
import { answers } from './answers.ts'
import { beforeTheChat } from './before-the-chat.ts'
import { owners } from './owners.ts'
import { tools } from './tools.ts'

export const scenes: Readonly<Record<string, Scene>> = { ...beforeTheChat, ...answers, ...tools, ...owners }
