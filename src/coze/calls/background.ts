import type { AgentProfile } from '../../chat/chat-state.ts'
import type { Uncertain } from '../parse-object.ts'
import type { WireBackgrounds } from '../wire/agents.ts'
import { pictureAddress } from './picture-address.ts'

/** Addresses of an agent's or a chatflow's background picture. */
export function readBackground(wire: Uncertain<WireBackgrounds> | undefined): NonNullable<AgentProfile['background']> {
  return {
    wide: pictureAddress(wire?.web_background_image?.image_url),
    narrow: pictureAddress(wire?.mobile_background_image?.image_url),
  }
}
