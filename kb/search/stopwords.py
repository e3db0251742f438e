"""Words that say how something is asked, not what: they count less, they are never dropped.

Dropping them costs 3 to 5 points of success@5 (docs/search.md). Vietnamese ones are told by their marks where the
reader typed any, because without marks they look like words that matter: cần (need) and cân (scale), thế (so) and
thẻ (card), thấy (see) and thay (replace).
"""

from kb.search.analyzers import Token, exact_form, fold, has_marks

_VIETNAMESE = """
    ai anh bạn bằng bị bởi các cái cần chị cho chứ chưa có của cũng cùng đã đang đâu đây để đến đều đi đó được
    em gì giúp hay hãy hỏi khi không là lại làm mà mình mỗi một muốn nào nên này nếu nhé như những nhưng ở phải ra rất
    rồi sao sẽ tại thế theo thì tôi trong từ và vậy vẫn về vì với vui lòng xin ạ ơi
"""
_ENGLISH = """
    a about all am an and any are as at be been but by can could did do does for from get had has have how i if in into
    is it its me my no not of on or our please should so some than that the their them then there these they this to
    up us want was we were what when where which who why will with would you your
"""

_EXACT = {"vi": frozenset(exact_form(word) for word in _VIETNAMESE.split()), "en": frozenset(_ENGLISH.split())}
_FOLDED = frozenset(fold(word) for word in _VIETNAMESE.split())


def is_stop_word(token: Token, language: str, *, is_marked: bool) -> bool:
    """Say whether a query's word only says how it is asked; `is_marked`: the query carries Vietnamese marks."""
    if language == "vi" and not is_marked and not has_marks(token.exact):
        return token.term in _FOLDED
    return token.exact in _EXACT[language]
