/** Makes a conversation for a caller. */
import type { Simulation } from '../../world/simulation.ts'
import type { Conversation } from '../../world/store.ts'
import type { Caller } from '../call/authorize.ts'

export type NewConversation = Pick<Conversation, 'botId' | 'appId' | 'connectorId' | 'userId'> &
  Partial<Pick<Conversation, 'name' | 'metaData'>>

export function newConversation(simulation: Simulation, caller: Caller, fields: NewConversation): Conversation {
  const id = simulation.nextId()
  return simulation.store.addConversation({
    name: '',
    metaData: {},
    ...fields,
    id,
    // Coze gives the first section the id of its conversation, open-source Studio one of its own.
    sectionId: simulation.knobs.flavour === 'studio' ? simulation.nextId() : id,
    owner: caller.owner,
    uid: caller.uid,
    sessionName: caller.sessionName,
    createdAt: simulation.nowSeconds(),
  })
}
