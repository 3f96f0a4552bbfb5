"""The words that a document adds: they join the others, and what cannot be meant is said."""

from __future__ import annotations

import pytest

from schemas.vocabulary import Vocabulary


def test_words_of_a_document_join_those_of_the_package():
    words = Vocabulary.load(
        {
            "fields": {"rank": {"aliases": ["赛位"], "terms": {"赛位": 0.9}}},
            "persons": {"name_headers": ["受访者"]},
        }
    )
    assert words.fields_of("赛位") == words.fields_of("排名") == ("rank",)
    assert words.fields["rank"].terms["赛位"] == 0.9
    assert words.own_headers.fields_of("受访者") and not words.own_headers.fields_of("排名")
    assert words.own_persons == {"name_headers:受访者"}
    assert words.base is Vocabulary.load() and not Vocabulary.load().fields_of("赛位")


def test_a_field_of_its_own_has_a_role():
    words = Vocabulary.load({"fields": {"tier": {"role": "class", "aliases": ["梯段"]}}})
    assert words.fields["tier"].role == "class"


def test_terms_are_no_part_of_what_parsing_reads_and_aliases_are():
    base = Vocabulary.load()
    terms = base.extended({"fields": {"rank": {"terms": {"赛位": 0.9}}}})
    aliases = base.extended({"fields": {"rank": {"aliases": ["赛位"]}}})
    assert terms.parsing_hash == base.parsing_hash != aliases.parsing_hash
    assert terms.hash != base.hash


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        (["rank"], "vocabulary"),
        ({"captions": {}}, "vocabulary.captions"),
        ({"fields": ["rank"]}, "vocabulary.fields"),
        ({"fields": {"rnak": {"aliases": ["赛位"]}}}, "vocabulary.fields.rnak"),
        ({"fields": {"rank": ["赛位"]}}, "vocabulary.fields.rank"),
        ({"fields": {"rank": {"alias": ["赛位"]}}}, "vocabulary.fields.rank.alias"),
        ({"fields": {"rank": {"aliases": "赛位"}}}, "vocabulary.fields.rank.aliases"),
        ({"fields": {"rank": {"aliases": [None]}}}, "vocabulary.fields.rank.aliases"),
        ({"fields": {"rank": {"terms": {"赛位": "high"}}}}, "vocabulary.fields.rank.terms"),
        ({"persons": {"surnames": ["赵"]}}, "vocabulary.persons.surnames"),
    ],
)
def test_words_that_cannot_be_meant_are_named(extra, named):
    with pytest.raises(ValueError, match=rf"^{named}: "):
        Vocabulary.load(extra)
