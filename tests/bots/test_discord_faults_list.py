"""What can go wrong with Discord, and the tests that say what happens then: over real sockets, and in SimCord.

Mentions and markdown in prompts never ping and never spoof:
    bots/test_discord_faults_wire.py::test_mentions_and_markdown_in_a_prompt_are_only_words
    bots/test_discord_adapter.py::test_nothing_of_it_calls_anybody
    bots/test_discord_adapter_words.py::test_a_name_can_ping_nobody_and_look_like_nothing_else
    bots/test_discord_adapter_words.py::test_no_remark_pings_or_breaks_the_line
    bots/test_discord_answers.py::test_nobody_is_pinged_by_a_sentence
    bots/test_discord_answers.py::test_whatever_people_write_stays_words
    stories/test_discord_simcord_faults.py::test_words_of_people_ping_nobody_and_look_like_words

A first connection that fails:
    bots/test_discord_client.py::test_a_gateway_that_does_not_answer_at_first
    bots/test_discord_client.py::test_an_address_where_nobody_listens_is_asked_again
    bots/test_discord_client.py::test_a_connection_that_never_comes_about_is_begun_anew

RESUME:
    bots/test_discord_client.py::test_after_a_cut_line_nothing_is_missed
    bots/test_discord_messages_faults.py::test_a_message_that_discord_sends_twice_is_one_request

INVALID_SESSION that may be resumed:
    bots/test_discord_faults_wire.py::test_an_invalid_session_that_may_be_resumed_is_resumed

INVALID_SESSION that may not:
    bots/test_discord_client.py::test_an_invalid_session_is_begun_anew

429 with Via (Discord):
    bots/test_discord_adapter_faults.py::test_a_limit_that_says_how_long_is_waited_for
    bots/test_discord_adapter_faults.py::test_a_limit_that_takes_too_long_is_for_later
    bots/test_discord_faults_wire.py::test_an_acknowledgement_that_is_told_to_wait_waits_and_arrives

429 without Via (Cloudflare):
    bots/test_discord_adapter_faults.py::test_being_shut_out_is_for_later_as_long_as_it_says

502:
    bots/test_discord_adapter_faults.py::test_a_hiccup_is_not_even_noticed
    bots/test_discord_faults_wire.py::test_a_bad_gateway_whose_message_landed_makes_one_message
    stories/test_discord_simcord_faults.py::test_trouble_of_discords_is_sat_out_and_the_picture_comes_once

A message that was deleted: the one that asked, the one that was answered, ours:
    bots/test_discord_adapter.py::test_a_working_message_that_was_deleted_becomes_a_reply
    bots/test_discord_adapter.py::test_when_the_question_was_deleted_too_it_is_a_plain_message
    bots/test_discord_messages_faults.py::test_the_message_that_was_replied_to_is_gone
    bots/test_discord_messages_faults.py::test_our_reply_was_deleted_meanwhile
    stories/test_discord_simcord_faults.py::test_the_waiting_message_was_deleted_by_its_person
    stories/test_discord_simcord_faults.py::test_the_message_that_asked_was_deleted

A channel that was deleted:
    bots/test_discord_adapter_faults.py::test_a_channel_that_is_gone_is_gone
    bots/test_discord_faults_wire.py::test_a_channel_that_is_deleted_while_it_is_drawn_is_told_at_the_next_command
    stories/test_discord_simcord_faults.py::test_a_channel_that_is_gone_ends_in_the_inbox

An archived thread:
    bots/test_discord_adapter_faults.py::test_an_archived_thread_opens_for_the_answer

A locked thread:
    bots/test_discord_adapter_faults.py::test_a_locked_thread_stays_closed_and_the_person_is_told
    bots/test_discord_threads.py::test_the_thread_was_archived_and_locked_while_it_was_drawn

Missing permissions, and 50013 tells the person once:
    bots/test_discord_adapter_faults.py::test_where_the_bot_may_not_post_the_person_is_told_once
    bots/test_discord_messages_faults.py::test_where_easel_may_not_write_the_person_is_told_once_and_alone
    bots/test_discord_messages_faults.py::test_where_easel_may_not_post_files_nothing_is_drawn
    bots/test_discord_messages_faults.py::test_a_permission_that_the_gateway_did_not_tell_of
    bots/test_discord_messages_faults.py::test_without_the_right_to_read_back_the_answer_is_no_reply_but_comes
    bots/test_discord_threads.py::test_where_easel_may_not_write_in_threads_nothing_is_drawn
    stories/test_discord_simcord_faults.py::test_a_permission_that_is_taken_away_meanwhile_is_told_with_the_next_command

An attachment that expired:
    bots/test_discord_adapter_open.py::test_an_address_that_has_died_is_not_tried_the_message_is_looked_up
    bots/test_discord_adapter_open.py::test_without_the_message_the_address_itself_is_refreshed
    bots/test_discord_adapter_open.py::test_a_file_that_is_gone_for_good_is_gone
    bots/test_discord_slash.py::test_a_file_is_kept_at_once_and_is_there_when_discord_has_forgotten_it

Somebody of another server with a button's id that was copied:
    bots/test_discord_clicks.py::test_an_id_copied_from_another_server_or_a_private_picture_finds_nothing
    stories/test_discord_simcord_faults.py::test_a_button_that_was_carried_to_another_server_does_nothing_there

4014, the intent is not switched on:
    bots/test_discord_client.py::test_without_the_privileged_intent_it_runs_and_says_once_what_to_switch_on
    bots/test_discord_client.py::test_an_intent_that_is_switched_off_while_it_runs

40060, acknowledged already:
    bots/test_discord_answers.py::test_an_acknowledgement_that_arrived_although_its_answer_did_not
    stories/test_discord_simcord_faults.py::test_an_acknowledgement_that_does_not_arrive_costs_no_picture

10062, acknowledged too late:
    bots/test_discord_answers.py::test_an_acknowledgement_that_comes_too_late
    bots/test_discord_slash.py::test_an_acknowledgement_that_comes_too_late_still_ends_in_a_picture
    bots/test_discord_clicks.py::test_a_press_that_was_acknowledged_too_late_is_answered_by_a_message
    bots/test_discord_submits.py::test_a_form_that_was_acknowledged_too_late_is_answered_by_a_message

50027, a dead token, is never tried again:
    bots/test_discord_adapter.py::test_an_expired_token_is_never_tried_again
    bots/test_discord_adapter.py::test_after_fourteen_minutes_it_comes_as_a_message_and_the_token_is_left_alone
    bots/test_discord_adapter_progress.py::test_a_dead_token_is_asked_once
    stories/test_discord_simcord_faults.py::test_a_token_that_is_dead_is_not_tried_again
"""

from __future__ import annotations

from support_listed import missing, subjects


def test_every_fault_has_its_tests() -> None:
    assert missing(__doc__ or "") == []
    faults = subjects(__doc__ or "")
    assert len(faults) == 19
    assert all(faults.values()), [fault for fault, tests in faults.items() if not tests]


def test_a_test_that_is_no_more_is_named() -> None:
    gone = "bots/test_discord_faults_list.py::test_that_never_was"
    lost = "bots/test_no_such_file.py::test_that_never_was"
    here = "bots/test_discord_faults_list.py::test_every_fault_has_its_tests"
    assert missing(f"Something:\n    {gone}\n    {lost}\n    {here}\n") == [gone, lost]
