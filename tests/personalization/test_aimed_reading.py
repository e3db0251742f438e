"""A body with aimed parts becomes the text of one reader: whatever stands in it, nobody reads what is not for them."""

from dataclasses import dataclass, field
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail import blocks

from personalization.blocks import AimableBlock, AimedBlock, as_everybody_reads, as_visitor_reads, readings_of

EXAMPLES = settings(max_examples=30, deadline=None)


class Content(blocks.StreamBlock):
    words = blocks.CharBlock()


class Body(AimableBlock, Content):
    aimed = AimedBlock(Content)


@dataclass
class Reader:
    """A visitor to whom some segments hold; `asked` are those that a page asked about."""

    belongs_to: frozenset[int]
    asked: list[int] = field(default_factory=list)

    preferences = SimpleNamespace(hidden_modules=frozenset())

    @property
    def audience(self):
        return self

    def first_of(self, segment_ids):
        return next((one for one in segment_ids if not self.asked.append(one) and one in self.belongs_to), None)


def words(prefix):
    kinds = st.sampled_from(["words", "words", "gone"])
    return st.lists(kinds.map(lambda kind: {"type": kind, "value": prefix}), max_size=3)


def labelled(items):
    """Lists are stored with a key around each item, or without one by older versions and imports."""
    return st.booleans().map(lambda yes: [{"type": "item", "value": one, "id": "x"} for one in items] if yes else items)


SEGMENTS = st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=3)
VARIANT = SEGMENTS.flatmap(
    lambda ids: st.fixed_dictionaries({"segments": labelled(ids), "content": words(f"for {ids}")})
)
WRAPPER = st.lists(VARIANT, max_size=3).flatmap(
    lambda variants: st.fixed_dictionaries(
        {
            "type": st.just("aimed"),
            "id": st.sampled_from(["a1", "", None]),
            "value": st.one_of(
                st.none(), st.fixed_dictionaries({"variants": labelled(variants), "default": words("for all")})
            ),
        }
    )
)
PLAIN = st.sampled_from([{"type": "words", "value": "for all"}, {"type": "gone", "value": 1}])
BODIES = st.lists(st.one_of(PLAIN, WRAPPER), max_size=5)


def body_of(stored):
    return Body().to_python(stored)


def said_in(body):
    assert {child.block_type for child in body} <= {"words"}
    return [child.value for child in body]


@EXAMPLES
@given(BODIES)
def test_everybody_reads_no_variant_and_asks_nothing(stored):
    body = as_everybody_reads(body_of(stored))

    assert set(said_in(body)) <= {"for all"}
    assert as_everybody_reads(body) is body
    assert said_in(as_visitor_reads(body_of(stored), Reader(frozenset())).body) == said_in(body)
    assert all("for all" in text for text in body_of(stored).stream_block.get_searchable_content(body_of(stored)))


@EXAMPLES
@given(BODIES, st.frozensets(st.integers(1, 4)))
def test_reader_reads_what_is_for_all_and_for_their_segments(stored, belongs_to):
    reader = Reader(belongs_to)

    reading = as_visitor_reads(body_of(stored), reader)

    said = said_in(reading.body)
    marked = [at for one in reading.variants for at in range(one.first, one.last)]
    assert marked == sorted(set(marked)) and all(at < len(said) for at in marked)
    assert {text for at, text in enumerate(said) if at not in marked} <= {"for all"}
    for one in reading.variants:
        assert one.segment_id in belongs_to
        assert all(str(one.segment_id) in said[at] for at in range(one.first, one.last))
    assert set(reader.asked) <= {1, 2, 3, 4}


@EXAMPLES
@given(BODIES, st.frozensets(st.integers(1, 4)))
def test_without_what_has_nothing_to_say_everybody_s_text_remains(stored, belongs_to):
    silent = set()

    while variants := as_visitor_reads(body_of(stored), Reader(belongs_to), silent=silent).variants:
        assert not silent & {one.place for one in variants}
        silent |= {one.place for one in variants}

    assert said_in(as_visitor_reads(body_of(stored), Reader(belongs_to), silent=silent).body) == said_in(
        as_everybody_reads(body_of(stored))
    )
    assert said_in(next(readings_of(body_of(stored)))) == said_in(as_everybody_reads(body_of(stored)))
