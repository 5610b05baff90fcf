/** What is said where a visitor deletes everything or takes their consent back. The owner replaces a word by `strings: { 'deletion.<key>': … }`. */
import { type OtherLanguage, partWords } from './match-language.ts'

const en = {
  deleteAll: 'Delete my conversations',
  confirm: 'Delete all your conversations with this assistant for good? This cannot be undone.',
  confirmed: 'Delete all',
  deleting: 'Deleting… ({count})',
  partly: 'Not everything could be deleted. Still there: {count}. Please try again.',
  failed: 'Your conversations could not be deleted. Please try again.',
  done: 'Your conversations have been deleted.',
  withdraw: 'Withdraw my consent',
}

export type DeletionWords = Readonly<typeof en>

const LANGUAGES: Readonly<Record<OtherLanguage, DeletionWords>> = {
  'zh-Hans': {
    deleteAll: '删除我的全部对话',
    confirm: '确定永久删除您与此助手的全部对话？删除后无法恢复',
    confirmed: '全部删除',
    deleting: '正在删除…（{count}）',
    partly: '有些对话未能删除，还剩 {count} 个，请重试',
    failed: '您的对话未能删除，请重试',
    done: '您的对话已全部删除',
    withdraw: '撤回同意',
  },
  'zh-Hant': {
    deleteAll: '刪除我的全部對話',
    confirm: '確定永久刪除您與此助理的全部對話？刪除後無法復原',
    confirmed: '全部刪除',
    deleting: '正在刪除…（{count}）',
    partly: '有些對話未能刪除，還剩 {count} 個，請重試',
    failed: '您的對話未能刪除，請重試',
    done: '您的對話已全部刪除',
    withdraw: '撤回同意',
  },
  ja: {
    deleteAll: '自分のチャットをすべて削除',
    confirm: 'このアシスタントとのチャットをすべて完全に削除しますか？元に戻せません。',
    confirmed: 'すべて削除',
    deleting: '削除しています…（{count}）',
    partly: '一部を削除できませんでした（残り {count} 件）。もう一度お試しください。',
    failed: 'チャットを削除できませんでした。もう一度お試しください。',
    done: 'チャットをすべて削除しました。',
    withdraw: '同意を取り消す',
  },
  ko: {
    deleteAll: '내 대화 모두 삭제',
    confirm: '이 어시스턴트와 나눈 모든 대화를 영구히 삭제할까요? 되돌릴 수 없어요.',
    confirmed: '모두 삭제',
    deleting: '삭제하는 중… ({count})',
    partly: '일부를 삭제하지 못했어요. 남은 대화: {count}. 다시 시도해 주세요.',
    failed: '대화를 삭제하지 못했어요. 다시 시도해 주세요.',
    done: '대화를 모두 삭제했어요.',
    withdraw: '동의 철회',
  },
  es: {
    deleteAll: 'Eliminar mis conversaciones',
    confirm: '¿Eliminar para siempre todas tus conversaciones con este asistente? No se puede deshacer.',
    confirmed: 'Eliminar todo',
    deleting: 'Eliminando… ({count})',
    partly: 'No se pudo eliminar todo. Quedan: {count}. Inténtalo de nuevo.',
    failed: 'No se pudieron eliminar tus conversaciones. Inténtalo de nuevo.',
    done: 'Tus conversaciones se han eliminado.',
    withdraw: 'Retirar mi consentimiento',
  },
  de: {
    deleteAll: 'Meine Unterhaltungen löschen',
    confirm:
      'Alle Ihre Unterhaltungen mit diesem Assistenten endgültig löschen? Das lässt sich nicht rückgängig machen.',
    confirmed: 'Alle löschen',
    deleting: 'Wird gelöscht … ({count})',
    partly: 'Nicht alles konnte gelöscht werden. Noch vorhanden: {count}. Bitte versuchen Sie es erneut.',
    failed: 'Ihre Unterhaltungen konnten nicht gelöscht werden. Bitte versuchen Sie es erneut.',
    done: 'Ihre Unterhaltungen sind gelöscht.',
    withdraw: 'Einwilligung widerrufen',
  },
  fr: {
    deleteAll: 'Supprimer mes conversations',
    confirm: 'Supprimer définitivement toutes vos conversations avec cet assistant ? Cette action est irréversible.',
    confirmed: 'Tout supprimer',
    deleting: 'Suppression… ({count})',
    partly: 'Tout n’a pas pu être supprimé. Il en reste : {count}. Veuillez réessayer.',
    failed: 'Vos conversations n’ont pas pu être supprimées. Veuillez réessayer.',
    done: 'Vos conversations ont été supprimées.',
    withdraw: 'Retirer mon consentement',
  },
  pt: {
    deleteAll: 'Excluir minhas conversas',
    confirm: 'Excluir para sempre todas as suas conversas com este assistente? Não é possível desfazer.',
    confirmed: 'Excluir tudo',
    deleting: 'Excluindo… ({count})',
    partly: 'Nem tudo pôde ser excluído. Restam: {count}. Tente novamente.',
    failed: 'Suas conversas não puderam ser excluídas. Tente novamente.',
    done: 'Suas conversas foram excluídas.',
    withdraw: 'Retirar meu consentimento',
  },
  ru: {
    deleteAll: 'Удалить мои диалоги',
    confirm: 'Удалить все ваши диалоги с этим ассистентом навсегда? Это нельзя отменить.',
    confirmed: 'Удалить все',
    deleting: 'Удаление… ({count})',
    partly: 'Удалить удалось не всё. Осталось: {count}. Попробуйте ещё раз.',
    failed: 'Не удалось удалить ваши диалоги. Попробуйте ещё раз.',
    done: 'Ваши диалоги удалены.',
    withdraw: 'Отозвать согласие',
  },
  ar: {
    deleteAll: 'حذف محادثاتي',
    confirm: 'هل تريد حذف جميع محادثاتك مع هذا المساعد نهائيًا؟ لا يمكن التراجع عن ذلك.',
    confirmed: 'حذف الكل',
    deleting: 'جارٍ الحذف… ({count})',
    partly: 'تعذّر حذف كل شيء. المتبقي: {count}. يُرجى المحاولة مرة أخرى.',
    failed: 'تعذّر حذف محادثاتك. يُرجى المحاولة مرة أخرى.',
    done: 'تم حذف محادثاتك.',
    withdraw: 'سحب موافقتي',
  },
  vi: {
    deleteAll: 'Xóa các cuộc trò chuyện của tôi',
    confirm: 'Xóa vĩnh viễn mọi cuộc trò chuyện của bạn với trợ lý này? Không thể hoàn tác.',
    confirmed: 'Xóa tất cả',
    deleting: 'Đang xóa… ({count})',
    partly: 'Chưa xóa được hết. Còn lại: {count}. Vui lòng thử lại.',
    failed: 'Không thể xóa các cuộc trò chuyện của bạn. Vui lòng thử lại.',
    done: 'Các cuộc trò chuyện của bạn đã được xóa.',
    withdraw: 'Rút lại sự đồng ý',
  },
}

export function deletionWords(wording: {
  lang: string
  strings?: Readonly<Record<string, string>> | undefined
}): DeletionWords {
  return partWords(en, LANGUAGES, 'deletion', wording)
}
