"""The story that the tour plays: each step is what people do, what they must see then, and nothing else."""

from collections.abc import Sequence

from bot.demo.story.agents import an_agent_is_asked_for, it_is_made_at_8x8, support_asks_for_a_change
from bot.demo.story.beginning import (
    a_customer_cannot_link,
    an_unknown_command,
    home_of_a_newcomer,
    link_channels,
    nothing_came_twice,
)
from bot.demo.story.exports import logs_are_exported
from bot.demo.story.files import (
    a_batch_that_fails,
    a_file_is_checked,
    a_file_is_submitted,
    a_refusal_of_8x8,
    a_thai_file,
    a_workbook_with_several_phones,
    an_old_workbook,
    an_unclear_answer,
    columns_are_named,
    groups_are_picked,
    last_card,
    rejected_rows_come_back,
    strangers_stay_out,
    the_end_comes_by_mail,
    the_same_bytes_again,
    what_is_no_contact_file,
)
from bot.demo.story.groups import a_group_is_copied
from bot.demo.story.keys import a_key_is_rotated
from bot.demo.story.launches import (
    a_carrier_asks_for_changes,
    a_device_tests_it,
    it_goes_live,
    the_checklist_is_filled_in,
)
from bot.demo.story.letters import (
    a_scan_without_a_signature,
    it_is_signed_on_our_page,
    letters_are_released,
    one_is_signed_on_paper,
    thailand_signs_at_docusign,
)
from bot.demo.story.registrations import (
    a_name_is_checked,
    a_name_that_is_not_the_companys,
    a_sender_id_for_thailand,
    a_sender_id_for_the_philippines,
    it_is_mended,
    many_in_a_workbook,
    operators_answer_by_themselves,
    operators_differ,
    several_for_indonesia,
    singapore_with_its_number,
    tickets_are_listed,
    what_ends_soon_is_renewed,
)
from bot.demo.story.told import Step, Told, WentWrong, everything
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART

__all__ = [
    "AGENTS", "BEGINNING", "END", "FILES", "KOPI", "KOPI_ACCOUNT", "MART", "REGISTRATIONS", "STORY", "Step", "Told",
    "WentWrong", "everything", "last_card", "link_channels",
]  # fmt: skip

BEGINNING: Sequence[Step] = (link_channels, a_customer_cannot_link, home_of_a_newcomer, an_unknown_command)
FILES: Sequence[Step] = (
    a_file_is_checked,
    rejected_rows_come_back,
    groups_are_picked,
    a_file_is_submitted,
    the_end_comes_by_mail,
    the_same_bytes_again,
    a_workbook_with_several_phones,
    a_thai_file,
    an_old_workbook,
    columns_are_named,
    what_is_no_contact_file,
    strangers_stay_out,
    a_refusal_of_8x8,
    an_unclear_answer,
    a_batch_that_fails,
    a_key_is_rotated,
    a_group_is_copied,
    logs_are_exported,
)
REGISTRATIONS: Sequence[Step] = (
    a_name_is_checked,
    a_sender_id_for_the_philippines,
    letters_are_released,
    one_is_signed_on_paper,
    a_scan_without_a_signature,
    it_is_signed_on_our_page,
    operators_differ,
    it_is_mended,
    what_ends_soon_is_renewed,
    a_name_that_is_not_the_companys,
    several_for_indonesia,
    singapore_with_its_number,
    a_sender_id_for_thailand,
    thailand_signs_at_docusign,
    operators_answer_by_themselves,
    many_in_a_workbook,
    tickets_are_listed,
)
AGENTS: Sequence[Step] = (
    an_agent_is_asked_for,
    support_asks_for_a_change,
    it_is_made_at_8x8,
    a_device_tests_it,
    the_checklist_is_filled_in,
    a_carrier_asks_for_changes,
    it_goes_live,
)
END: Sequence[Step] = (nothing_came_twice,)
STORY: Sequence[Step] = (*BEGINNING, *FILES, *REGISTRATIONS, *AGENTS, *END)
