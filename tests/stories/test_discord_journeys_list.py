"""How people come to an edited picture on Discord, and the tests that go each of these ways in both beds.

The names with "simcord" run in SimCord, a Discord inside the process; the others over real sockets.

a. Reply to one of Easel's pictures, and mention it:
    stories/test_discord_simcord.py::test_a_reply_with_a_mention_edits_our_picture
    stories/test_discord_simcord_blind.py::test_a_reply_with_a_mention_edits_our_picture
    bots/test_discord_messages.py::test_a_mention_in_reply_to_our_picture_edits_it

a. The same with anybody's picture:
    stories/test_discord_simcord.py::test_a_reply_with_a_mention_edits_anybodys_photo
    stories/test_discord_simcord_blind.py::test_somebody_elses_photo_is_not_seen_and_the_menu_is_named
    bots/test_discord_messages.py::test_a_reply_to_somebodys_photo_with_a_mention_edits_it
    bots/test_discord_messages.py::test_without_the_intent_a_photo_cannot_be_seen_and_the_menu_is_named

b1. Reply to a message of Easel's without a mention:
    stories/test_discord_simcord.py::test_a_reply_without_a_mention_edits_a_message_of_ours
    stories/test_discord_simcord_blind.py::test_a_reply_to_a_message_of_ours_needs_no_mention_but_its_ping
    bots/test_discord_messages.py::test_a_reply_to_a_message_of_ours_works_without_the_intent

b2. Reply to the answer to a command without a mention:
    stories/test_discord_simcord_blind.py::test_a_reply_to_an_answer_to_a_command_is_not_seen_and_that_is_said_once
    bots/test_discord_messages.py::test_a_reply_to_a_commands_answer_needs_the_intent

b3. Reply with the ping switched off:
    stories/test_discord_simcord.py::test_a_reply_that_pings_nobody_is_understood_too
    stories/test_discord_simcord_blind.py::test_a_reply_to_a_message_of_ours_needs_no_mention_but_its_ping
    bots/test_discord_messages.py::test_a_reply_with_the_ping_switched_off_is_not_seen_without_the_intent

c. The menu of a message and its form:
    stories/test_discord_simcord.py::test_the_menu_edits_anybodys_photo
    stories/test_discord_simcord_blind.py::test_the_menu_sees_what_the_bot_may_not
    bots/test_discord_menus.py::test_somebodys_photograph_is_edited
    bots/test_discord_menus.py::test_without_the_intent_it_works_just_as_well

d. The buttons under a picture:
    stories/test_discord_simcord.py::test_every_button_under_a_picture
    stories/test_discord_simcord_time.py::test_buttons_and_forms_know_no_restart_and_no_age
    bots/test_discord_submits.py::test_edit_opens_a_form_and_the_form_edits_this_picture
    bots/test_discord_clicks.py::test_redo_posts_another_picture_for_all
    bots/test_discord_clicks.py::test_vary_and_finalise_draw

e. /edit with a picture, and with none:
    stories/test_discord_simcord.py::test_an_attached_photo_is_edited_and_a_mask_with_it
    stories/test_discord_simcord.py::test_edit_alone_takes_the_newest_picture_of_the_person
    bots/test_discord_slash.py::test_a_file_is_kept_at_once_and_is_there_when_discord_has_forgotten_it
    bots/test_discord_slash.py::test_edit_takes_my_newest_picture_and_says_so

f. A thread in which every message is a turn:
    stories/test_discord_simcord.py::test_in_a_thread_every_message_is_the_next_step
    stories/test_discord_simcord_blind.py::test_in_a_thread_a_mention_or_a_reply_is_a_step
    bots/test_discord_threads.py::test_every_message_is_a_turn
    bots/test_discord_threads.py::test_without_the_intent_a_turn_is_a_mention_or_a_reply

g. Direct messages:
    stories/test_discord_simcord.py::test_in_direct_messages_words_are_enough
    stories/test_discord_simcord_blind.py::test_buttons_commands_and_direct_messages_are_all_there
    bots/test_discord_messages_direct.py::test_direct_messages_work_fully
    bots/test_discord_slash.py::test_in_direct_messages_everything_works

h. Brought along into a server that does not know Easel:
    stories/test_discord_simcord_foreign.py::test_commands_menus_forms_and_buttons_answer_by_the_interaction_alone
    stories/test_discord_simcord_foreign.py::test_after_fifteen_minutes_it_comes_by_direct_message
    bots/test_discord_slash.py::test_somebody_brings_easel_along_to_where_it_is_not_installed
    bots/test_discord_adapter.py::test_what_a_person_brings_along_is_answered_by_the_interaction_alone

h. Brought along into a group (SimCord knows no groups):
    bots/test_discord_faults_wire.py::test_in_a_group_that_easel_is_no_member_of_the_answer_is_the_interactions
"""

from __future__ import annotations

from support_listed import missing, subjects

ONE_BED = "h. Brought along into a group (SimCord knows no groups)"


def test_every_way_is_gone_in_both_beds() -> None:
    assert missing(__doc__ or "") == []
    ways = subjects(__doc__ or "")
    assert {way.partition(".")[0] for way in ways} == {"a", "b1", "b2", "b3", "c", "d", "e", "f", "g", "h"}
    for way, tests in ways.items():
        beds = {"simcord" in file for file, _ in tests}
        assert beds == ({False} if way == ONE_BED else {True, False}), way
