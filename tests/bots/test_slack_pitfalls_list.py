"""What can go wrong with Slack, and the tests that say what happens then: over real sockets, on a fake Slack.

1, a mention comes twice, as app_mention and as message:
    bots/test_slack_app.py::test_a_mention_becomes_one_picture_in_its_thread
    bots/test_slack_messages.py::test_a_mention_is_drawn_once_into_its_thread
    bots/test_slack_messages_edges.py::test_a_mention_that_does_not_tell_of_its_files_waits_for_its_twin
    stories/test_slack_two_processes.py::test_sockets_of_both_and_one_goes

2, Slack sends it again:
    bots/test_slack_app.py::test_pitfall_2_a_redelivery_draws_nothing_again
    bots/test_slack_messages.py::test_pitfall_2_a_redelivery_is_no_new_wish
    bots/test_slack_router.py::test_pitfall_2_a_redelivery_is_handed_on_as_the_same_event
    bots/test_slack_slash.py::test_the_same_command_twice_is_one
    bots/test_slack_submits.py::test_a_form_is_one_request_however_often_it_comes

3, an exception right after the acknowledgement takes it back:
    bots/test_slack_router.py::test_pitfall_3_an_exception_right_after_the_acknowledgement_loses_nothing
    bots/test_slack_router.py::test_pitfall_3_a_fault_in_what_is_answered_with_the_acknowledgement

4, an event that nobody listens to comes again and again:
    bots/test_slack_router.py::test_pitfall_4_everything_that_is_subscribed_is_acknowledged
    bots/test_slack_router.py::test_other_kinds_are_acknowledged

5, work that holds up the acknowledgements of others:
    bots/test_slack_app.py::test_every_burst_is_acknowledged_while_it_draws

6, an acknowledgement that comes too late is an error on the person's screen:
    bots/test_slack_app.py::test_every_burst_is_acknowledged_while_it_draws
    emulators/test_slack_api_forms.py::test_nobody_who_answers_late_is_heard

7, a trigger opens one form within three seconds:
    bots/test_slack_clicks.py::test_details_open_at_once_and_say_all
    bots/test_slack_shortcuts.py::test_a_trigger_that_came_too_late_is_told
    bots/test_slack_shortcuts.py::test_a_view_that_was_closed_meanwhile_harms_nobody
    emulators/test_slack_api_forms.py::test_a_trigger_opens_one_form_within_three_seconds

8, places that take nothing: no member, unknown, archived, restricted:
    bots/test_slack_messages_edges.py::test_pitfall_8_where_nothing_can_be_posted_nothing_is_drawn
    bots/test_slack_delivering.py::test_a_place_that_takes_nothing_any_more_leads_to_the_person
    bots/test_slack_delivering.py::test_a_thread_that_was_deleted_leads_to_the_person
    bots/test_slack_clicks.py::test_j7_where_easel_may_not_post_any_more_it_comes_by_direct_message
    bots/test_slack_membership.py::test_an_archived_channel
    stories/test_slack_journeys.py::test_a_command_where_easel_is_no_member

9, a scope that is missing is an administrator's business:
    bots/test_slack_api.py::test_a_no_of_slacks_is_told_in_its_own_word
    bots/test_slack_delivering.py::test_what_no_place_takes_is_told_with_its_reason
    bots/test_slack_delivering.py::test_without_the_right_to_look_back_it_is_posted_all_the_same
    bots/test_slack_messages_edges.py::test_with_fewest_rights_a_mention_is_enough

10, a file is there later than Slack says, and a block cannot show it before:
    bots/test_slack_api.py::test_files_are_sent_and_then_shown_as_one_message
    bots/test_slack_delivering.py::test_a_late_upload_is_waited_for_and_not_repeated
    bots/test_slack_home.py::test_pictures_that_slack_cannot_show_are_left_out
    bots/test_slack_shortcuts.py::test_without_pictures_where_slack_cannot_show_them

11, a file that is never shown, for its alternative text or for nothing:
    bots/test_slack_delivering.py::test_an_alternative_text_that_loses_a_file_is_left_out
    bots/test_slack_delivering.py::test_an_upload_that_never_appears_is_noticed_and_repeated_once

12, uploads that nobody sees are waste, and are told of:
    bots/test_slack_delivering.py::test_an_upload_that_never_appears_at_all_is_told
    bots/test_slack_delivering.py::test_it_is_there_once_wherever_the_process_ends
    stories/test_slack_crash.py::test_killed_while_drawing

13, a login page in the place of a picture:
    bots/test_slack_api_downloads.py::test_the_login_page_is_no_picture
    bots/test_slack_api_downloads.py::test_a_page_that_says_it_is_a_picture_is_none

14, a token that goes to a stranger, by a redirect or by an address:
    bots/test_slack_api_downloads.py::test_a_token_goes_to_slacks_own_hosts_alone
    bots/test_slack_api_downloads.py::test_a_redirect_steals_no_token
    bots/test_slack_originals.py::test_an_address_of_slacks_is_fetched_and_a_strangers_is_not
    bots/test_slack_originals.py::test_a_file_that_lives_elsewhere_is_not_fetched

15, quotes, dashes and spaces that a phone makes of what is typed:
    bots/test_slack_plainwords.py::test_nothing_that_was_typed_is_lost
    bots/test_slack_slash.py::test_flags_are_options

16, addresses that Slack makes links of:
    bots/test_slack_plainwords.py::test_what_slack_writes_is_read_as_people_see_it
    bots/test_slack_plainwords.py::test_links_are_found
    bots/test_slack_slash.py::test_other_links_stay_in_the_words

17, what is escaped twice, or not at all:
    bots/test_slack_plainwords.py::test_what_slack_writes_is_read_as_people_see_it
    bots/test_slack_text.py::test_words_are_seen_as_they_were_written
    bots/test_slack_text.py::test_nothing_becomes_an_address_or_a_call

18, programs that answer each other for ever:
    bots/test_slack_router.py::test_pitfall_18_echoes_and_other_bots_and_changes_start_nothing
    bots/test_slack_messages.py::test_other_bots_start_nothing
    bots/test_slack_messages.py::test_a_change_of_a_message_is_no_new_wish

19, the ts of a reply where that of the thread belongs:
    bots/test_slack_clicks.py::test_j5_a_button_draws_into_the_thread_of_its_picture
    bots/test_slack_messages.py::test_j2_a_reply_without_a_mention_edits_and_the_next_one_goes_on
    emulators/test_slack_api_rules.py::test_messages_of_others_and_threads

20, a response_url is good for five answers in half an hour:
    bots/test_slack_answers.py::test_pitfall_20_every_answer_counts_against_the_five
    bots/test_slack_answers.py::test_a_response_url_that_is_used_up_is_no_end

21, a message that one person sees has no ts and brings no message along:
    bots/test_slack_clicks.py::test_of_several_pictures_one_is_picked_and_its_buttons_are_for_that_person
    bots/test_slack_result_blocks.py::test_a_row_carries_its_thread
    emulators/test_slack_api_forms.py::test_a_button_on_what_one_person_sees_brings_no_message

22, a ts is a string and no number:
    bots/test_slack_destination.py::test_its_form_is_pinned
    bots/test_slack_destination.py::test_what_was_never_written_is_gone

23, kinds and sizes of files that Slack or Easel does not take:
    bots/test_slack_adapter.py::test_a_webp_is_posted_as_a_kind_that_slack_shows_everywhere
    bots/test_slack_modals.py::test_only_ten_files_are_read
    bots/test_slack_originals.py::test_a_file_that_is_far_too_large_is_not_even_fetched
    bots/test_slack_pictures.py::test_what_is_no_picture

24, blocks without words beside them:
    bots/test_slack_blocks.py::test_the_fallback_says_what_the_blocks_say
    emulators/test_slack_api_rules.py::test_wrong_blocks

25, a limit of Slack's that the library does not wait for:
    bots/test_slack_api.py::test_a_short_wait_is_waited_for
    bots/test_slack_api.py::test_a_long_wait_is_left_to_whoever_comes_later
    bots/test_slack_messages_edges.py::test_when_slack_is_busy_the_picture_comes_all_the_same

26, a proxy of the environment:
    bots/test_slack_api.py::test_a_proxy_of_the_environment_does_not_see_this_machine

27, SLACK_CLIENT_ID in the environment:
    bots/test_slack_router.py::test_pitfall_27_the_environment_changes_nothing
    core/test_settings_slack.py::test_the_usual_client_id_makes_it_no_app_for_many_workspaces

28, messages of Slack itself:
    bots/test_slack_router.py::test_pitfalls_18_and_28_what_is_a_persons_new_message

29, a file of which nothing is known yet:
    bots/test_slack_messages_edges.py::test_a_file_that_has_no_type_yet
    bots/test_slack_pictures.py::test_a_file_without_a_type_yet_goes_by_its_name
    bots/test_slack_pictures.py::test_a_stub_is_unsure_until_slack_was_asked

30, people of other organisations:
    bots/test_slack_messages_edges.py::test_people_of_other_organisations_are_told_once
    bots/test_slack_messages_edges.py::test_shared_channels_can_be_allowed_and_files_there_are_stubs
    bots/test_slack_who.py::test_an_administrator_of_another_organisation_is_a_guest_here
    bots/test_slack_router.py::test_a_strangers_workspace_gets_nothing

A second press within two seconds:
    bots/test_slack_clicks.py::test_a_double_click_is_one_request_and_the_second_is_told

A connection that is lost, for a moment or in one of two:
    bots/test_slack_socket.py::test_a_cut_connection_comes_back_again_and_again
    bots/test_slack_socket.py::test_a_connection_that_the_library_leaves_dead_is_made_anew
    bots/test_slack_socket.py::test_with_two_connections_one_is_always_there
    bots/test_slack_socket.py::test_readiness_follows_the_connection
    bots/test_slack_app.py::test_events_that_come_while_the_line_is_down_are_answered_after_it

A wrong token:
    bots/test_slack_app.py::test_a_wrong_token_ends_it_with_a_sentence
    bots/test_slack_app_check.py::test_wrong_ones_are_said

Requests that are not Slack's, or come twice:
    bots/test_slack_http_mode.py::test_garbled_headers_are_refused_and_break_nothing
    bots/test_slack_http_mode.py::test_a_changed_body_is_refused
    bots/test_slack_http_mode.py::test_a_replay_is_acknowledged_and_not_handled_again

Workspaces that come and go, and their tokens:
    stories/test_slack_workspaces.py::test_each_workspace_draws_with_its_own_token_and_one_leaves
    bots/test_slack_installations.py::test_no_token_is_in_the_database
    bots/test_slack_installations.py::test_a_whole_grid_is_one_installation
    bots/test_slack_installations_rotation.py::test_two_processes_at_once_renew_it_once

A process that ends at any moment:
    bots/test_slack_delivering.py::test_it_is_there_once_wherever_the_process_ends
    bots/test_slack_delivering.py::test_it_is_there_once_whichever_answer_is_lost
    bots/test_slack_mending.py::test_the_message_that_says_one_moment_tells_of_the_restart
    stories/test_slack_crash.py::test_killed_while_drawing

Words that call people, or pose as something else:
    bots/test_slack_api.py::test_what_is_posted_calls_nobody_and_unfolds_nothing
    bots/test_slack_text.py::test_nothing_becomes_an_address_or_a_call
    bots/test_slack_messages_edges.py::test_what_a_person_wrote_calls_nobody_when_it_is_quoted
"""

from __future__ import annotations

from support_listed import missing, subjects


def test_every_pitfall_has_its_tests() -> None:
    assert missing(__doc__ or "") == []
    pitfalls = subjects(__doc__ or "")
    numbered = [each for each in pitfalls if each[0].isdigit()]
    assert [int(each.partition(",")[0]) for each in numbered] == list(range(1, 31))
    assert all(pitfalls.values()), [pitfall for pitfall, tests in pitfalls.items() if not tests]
