# ruff: noqa: E501 - the index is a table
"""The listeners of the desk: what a person does, what hears it, which use case it calls, what is said, what tests it.

    What a person does | Listener                      | Use case               | Message           | Test
    -------------------|-------------------------------|------------------------|-------------------|-------------------
    asks for help      | command /desk                 | -                      | desk/help         | handlers/help
    asks for help      | command /desk help            | -                      | desk/help         | handlers/help
    invites the desk   | event member_joined_channel   | accounts.greet         | accounts/greeting | journeys/greeting
    links a channel    | command /desk link            | accounts.link          | accounts/linked   | handlers/link
    opens link form    | action accounts:link          | -                      | accounts/link     | handlers/home
    sends it           | view accounts:link            | accounts.link          | accounts/linked   | handlers/home
    wants to unlink it | command /desk unlink          | accounts.linked        | accounts/unlink   | handlers/link
    says yes           | action accounts:unlink        | accounts.unlink        | accounts/unlinked | handlers/link
    says no            | action accounts:keep          | -                      | accounts/kept     | handlers/link
    asks who belongs   | command /desk people          | accounts.people        | accounts/people   | handlers/people
    lets somebody in   | command /desk people add      | accounts.add_person    | accounts/member   | handlers/people
    ends that          | command /desk people remove   | accounts.remove_person | accounts/member   | handlers/people
    opens access form  | command /desk account         | accounts.keys.find_account | accounts/access   | handlers/access
    by the button      | action accounts:access        | -                      | accounts/access   | handlers/access
    sets a key         | view accounts:access          | accounts.keys.save     | accounts/access   | handlers/access
    tries it           | action accounts:key_try       | accounts.key_turns.tried | accounts/access | handlers/access
    removes it         | action accounts:key_remove    | accounts.keys.remove   | accounts/access   | handlers/access
    posts a file       | event message:file_share      | registrations.drops.came | registrations/drop | handlers/registration_cards
    asks about files   | command /contacts             | -                      | contacts/answers  | journeys/contacts
    asks about files   | command /contacts help        | -                      | contacts/answers  | journeys/contacts
    opens the form     | command /contacts upload      | -                      | contacts/upload   | journeys/contacts
    by its button      | action contacts:upload        | -                      | contacts/upload   | handlers/home
    submits it         | view contacts:upload          | contacts.receive       | contacts/card     | journeys/contacts
    lists the files    | command /contacts files       | contacts.recent        | contacts/answers  | journeys/contacts
    submits a file     | action contacts:submit        | contacts.submit        | contacts/card     | journeys/contacts
    cancels it         | action contacts:cancel        | contacts.cancel        | contacts/card     | journeys/contacts
    checks it again    | action contacts:check_again   | contacts.check_again   | contacts/card     | journeys/contacts
    names the country  | action contacts:country       | contacts.read_as       | contacts/card     | journeys/contacts
    asks for rejects   | action contacts:rejected      | contacts.ask_rejected  | contacts/answers  | journeys/contacts
    opens the columns  | action contacts:columns       | contacts.of_account    | contacts/columns  | journeys/tour
    submits it         | view contacts:columns         | contacts.check_again   | contacts/card     | journeys/tour
    types a country    | options contacts:country_pick | -                      | contacts/columns  | journeys/tour
    picks groups       | action contacts:groups        | contacts.pick_groups   | contacts/card     | journeys/tour
    types a group      | options contacts:groups       | contacts.groups_like   | contacts/card     | journeys/tour
    asks for groups    | command /contacts groups      | -                      | contacts/windows | journeys/contact_operations
    asks for batches   | command /contacts batches     | -                      | contacts/windows | journeys/contact_operations
    looks somebody up  | command /contacts find        | -                      | contacts/windows | journeys/contact_operations
    looks for groups   | view contacts:window_groups   | contacts.windows.service.turn | contacts/windows | journeys/contact_operations
    looks for others   | view contacts:window_find     | contacts.windows.service.fill | contacts/windows | journeys/contact_operations
    turns the page     | action contacts:window_on     | contacts.windows.service.of_person | contacts/windows | journeys/contact_operations
    turns it back      | action contacts:window_back   | contacts.windows.service.of_person | contacts/windows | journeys/contact_operations
    picks a kind       | action contacts:batches_type  | contacts.windows.service.fill | contacts/windows | journeys/contact_operations
    opens a batch      | action contacts:batch_open    | contacts.windows.service.of_person | contacts/windows | journeys/contact_operations
    opens a contact    | action contacts:contact_open  | contacts.windows.service.fill | contacts/windows | journeys/contact_operations
    copies a group     | command /contacts copy        | -                      | contacts/forms    | journeys/contact_operations
    moves a group      | command /contacts move        | -                      | contacts/forms    | journeys/contact_operations
    picks both         | view contacts:between         | contacts.operations.service.between | contacts/forms | journeys/contact_operations
    says yes           | view contacts:between_sure    | contacts.operations.service.ask_between | contacts/operation | journeys/contact_operations
    types a group      | options contacts:group_pick   | contacts.operations.service.groups | contacts/forms | journeys/contact_operations
    types several      | options contacts:groups_pick  | contacts.operations.service.groups | contacts/forms | journeys/contact_operations
    deletes groups     | command /contacts delete-groups | contacts.operations.service.refresh_groups | contacts/forms | journeys/contact_operations
    by the button      | action contacts:groups_delete | contacts.operations.service.refresh_groups | contacts/forms | journeys/contact_operations
    picks them         | view contacts:delete_groups   | contacts.operations.service.groups_to_delete | contacts/forms | journeys/contact_operations
    says yes           | view contacts:delete_groups_sure | contacts.operations.service.ask_delete_groups | contacts/operation | journeys/contact_operations
    makes a group      | action contacts:group_new     | -                      | contacts/forms    | journeys/contact_operations
    has plans for one  | action contacts:group         | contacts.operations.service.group_of | contacts/forms | journeys/contact_operations
    saves it           | view contacts:group_form      | contacts.operations.service.ask_new_group | contacts/operation | journeys/contact_operations
    deletes an empty one | view contacts:group_drop    | contacts.operations.service.ask_drop_group | contacts/operation | journeys/contact_operations
    deletes contacts   | command /contacts delete      | contacts.operations.service.refresh_groups | contacts/forms | journeys/contact_operations
    says which         | action contacts:delete_way    | -                      | contacts/forms    | journeys/contact_operations
    names them         | view contacts:delete          | contacts.operations.service.ask_delete_numbers | contacts/operation | journeys/contact_operations
    types the name     | view contacts:delete_all_sure | contacts.operations.service.ask_delete_all | contacts/operation | journeys/contact_operations
    those of a file    | action contacts:delete_file   | contacts.operations.service.ask_delete_file | contacts/card | journeys/contact_operations
    adds a contact     | action contacts:contact_add   | contacts.operations.service.window_of | contacts/forms | journeys/contact_operations
    changes one        | action contacts:contact_change | contacts.operations.service.contact_in | contacts/forms | journeys/contact_operations
    saves it           | view contacts:person          | contacts.operations.service.ask_change | contacts/operation | journeys/contact_operations
    blocks one         | action contacts:contact_block | contacts.operations.service.ask_block | contacts/operation | journeys/contact_operations
    deletes one        | action contacts:contact_remove | contacts.operations.service.ask_remove | contacts/operation | journeys/contact_operations
    mends what was     | action contacts:window_mend   | -                      | contacts/forms    | journeys/contact_operations
    has it done again  | action contacts:op_again      | contacts.operations.service.do_again | contacts/operation | journeys/contact_operations
    has it looked for  | action contacts:op_look       | contacts.operations.service.look_again | contacts/operation | journeys/contact_operations
    leaves it          | action contacts:op_leave      | contacts.operations.service.leave | contacts/operation | journeys/contact_operations
    asks how           | command /senderid             | -                      | registrations/answers | handlers/senderid
    asks how           | command /senderid help        | -                      | registrations/answers | handlers/senderid
    asks if it passes  | command /senderid check       | -                      | registrations/check   | handlers/senderid
    tries the proposal | action senderid:check         | -                      | registrations/check   | handlers/senderid
    asks for the rules | command /senderid rules       | -                      | registrations/rules   | handlers/senderid
    registers names    | command /senderid register    | registrations.wizard.start | registrations/details | handlers/senderid_wizard
    from App Home      | action senderid:register      | registrations.wizard.start | registrations/details | handlers/senderid_wizard
    its draft there    | action senderid:draft         | registrations.wizard.look | registrations/home | handlers/senderid_wizard
    mends what was     | action senderid:fix           | registrations.wizard.fix | registrations/review | handlers/senderid_wizard
    renews what ends   | action senderid:renew         | registrations.wizard.renew | registrations/review | handlers/registration_cards
    would take it back | action senderid:withdraw      | registrations.withdrawal.to_withdraw | registrations/withdraw | handlers/registration_cards
    says yes           | view senderid:withdraw        | registrations.withdrawal.withdraw | registrations/news | handlers/registration_cards
    goes on            | action senderid:continue      | registrations.wizard.look | registrations/wizard | handlers/senderid_wizard
    begins anew        | action senderid:anew          | registrations.wizard.start_anew | registrations/details | handlers/senderid_wizard
    chooses a country  | action senderid:country       | -                      | registrations/details | handlers/senderid_wizard
    opens a company    | action senderid:company_add   | -                      | registrations/company | handlers/senderid_wizard
    changes it         | action senderid:company_change | -                      | registrations/company | handlers/senderid_wizard
    types its country  | options senderid:country_pick | -                      | registrations/company | handlers/senderid_wizard
    saves it           | view senderid:company         | registrations.wizard.keep_company | registrations/details | handlers/senderid_wizard
    lists companies    | command /senderid companies   | -                      | registrations/companies | handlers/senderid_companies
    sees its documents | action senderid:papers        | registrations.kept.papers_of | registrations/papers | handlers/senderid_companies
    adds one to them   | view senderid:papers_add      | registrations.kept.keep | registrations/papers | handlers/senderid_companies
    dates one of them  | action senderid:papers_until  | registrations.kept.date_paper | registrations/papers | handlers/senderid_companies
    adds one there     | action senderid:companies_add | registrations.wizard.companies_kept | registrations/company | handlers/senderid_companies
    changes one there  | action senderid:companies_change | registrations.wizard.companies_kept | registrations/company | handlers/senderid_companies
    ends a step        | view senderid:details         | registrations.wizard.keep | registrations/documents | handlers/senderid_wizard
    ends the next      | view senderid:documents       | registrations.wizard.keep | registrations/entry | handlers/senderid_wizard
    drops them instead | action senderid:drop_instead  | registrations.drops.open_thread | registrations/drop | handlers/registration_cards
    names a document   | action senderid:drop          | registrations.drops.choose | registrations/drop | handlers/registration_cards
    removes a file     | action senderid:paper_remove  | registrations.wizard.forget_paper | registrations/documents | handlers/senderid_wizard
    dates a file       | action senderid:paper_until   | registrations.wizard.date_paper | registrations/documents | handlers/senderid_wizard
    goes back          | action senderid:back          | registrations.wizard.go | registrations/wizard | handlers/senderid_wizard
    adds papers later  | action senderid:skip          | registrations.wizard.go | registrations/entry | handlers/senderid_wizard
    adds a sender ID   | action senderid:entry_add     | registrations.wizard.look | registrations/entry | handlers/senderid_wizard
    changes one        | action senderid:entry_edit    | registrations.wizard.look | registrations/entry | handlers/senderid_wizard
    sees others        | action senderid:entries_from  | registrations.wizard.look | registrations/entry | handlers/senderid_bulk
    removes one        | action senderid:entry_remove  | registrations.wizard.remove_entry | registrations/entry | handlers/senderid_wizard
    types its name     | action senderid:entry_name    | -                      | registrations/entry | handlers/senderid_wizard
    has it checked     | action senderid:entry_check   | -                      | registrations/entry | handlers/senderid_wizard
    has another name   | action senderid:brandless     | -                      | registrations/entry | handlers/senderid_wizard
    picks the day      | action senderid:valid_from    | -                      | registrations/entry | handlers/senderid_wizard
    saves one          | view senderid:entry           | registrations.wizard.keep | registrations/entry | handlers/senderid_wizard
    ends the list      | view senderid:sender_ids      | registrations.wizard.review | registrations/review | handlers/senderid_wizard
    edits a part       | action senderid:part          | registrations.wizard.go | registrations/wizard | handlers/senderid_wizard
    asks for many      | command /senderid bulk        | registrations.bulk.service.offer | registrations/bulk | handlers/senderid_bulk
    picks a country    | action senderid:bulk_country  | registrations.bulk.service.offer | registrations/bulk | handlers/senderid_bulk
    in the wizard      | action senderid:bulk_get      | registrations.bulk.service.offer | registrations/bulk | handlers/senderid_bulk
    attaches it filled | view senderid:bulk            | registrations.bulk.service.came | registrations/bulk | handlers/senderid_bulk
    submits it         | view senderid:review          | registrations.submit   | registrations/receipt | handlers/senderid_wizard
    signs or views LOA | action loa:sign               | loa.service.open_folder | loa/sign        | handlers/loa
    of another name    | action loa:which              | loa.service.open_folder | loa/sign        | handlers/loa
    downloads a letter | action loa:download           | loa.service.download   | loa/news          | handlers/loa
    signs on a screen  | action loa:now                | loa.service.sign_now   | loa/sign          | handlers/loa
    has it e-mailed    | action loa:mail               | loa.service.mail_officer | loa/sign        | handlers/loa
    sends it signed    | view loa:sign                 | loa.service.send_signed | loa/news         | handlers/loa
    has it, signed     | action loa:bring              | loa.service.bring_signed | loa/news        | handlers/loa
    releases an LOA    | action loa:release            | loa.steps.release      | loa/review        | handlers/loa
    releases all       | action loa:release_all        | loa.steps.release      | loa/review        | handlers/loa
    has it drawn again | action loa:again              | loa.steps.draw_again   | loa/review        | handlers/loa
    sees the letters   | action loa:show               | loa.service.bring_letters | loa/news       | handlers/loa
    finds it signed    | action loa:accept             | loa.steps.accept       | loa/news          | handlers/loa
    would return it    | action loa:return             | loa.service.copy_of    | loa/return        | handlers/loa
    says why           | view loa:return               | loa.steps.return_      | loa/news          | handlers/loa
    sees all of them   | command /senderid dashboard   | dashboard.queries.page | dashboard/list    | handlers/dashboard
    sees them otherwise | action dashboard:look        | dashboard.queries.page | dashboard/list    | handlers/dashboard
    clears the filters | action dashboard:clear        | dashboard.queries.page | dashboard/list    | handlers/dashboard
    turns the page     | action dashboard:on           | dashboard.queries.page | dashboard/list    | handlers/dashboard
    turns it back      | action dashboard:back         | dashboard.queries.page | dashboard/list    | handlers/dashboard
    takes them along   | action dashboard:export       | dashboard.exports.ask  | dashboard/export  | handlers/dashboard
    would sort them    | action dashboard:category     | registrations.categories.chosen | dashboard/category | handlers/dashboard
    says into what     | view dashboard:category       | registrations.categories.categorise | dashboard/category | handlers/dashboard
    would label them   | action dashboard:labels       | registrations.categories.chosen | dashboard/labels | handlers/dashboard
    says how           | view dashboard:labels         | registrations.labels.label | dashboard/labels  | handlers/dashboard
    asks about tickets | command /tickets help         | -                      | tickets/answers   | handlers/tickets
    lists own tickets  | command /tickets              | tickets.lines          | tickets/answers   | handlers/tickets
    lists all of them  | command /tickets all          | tickets.lines          | tickets/answers   | handlers/tickets
    those of support   | command /tickets us           | tickets.lines          | tickets/answers   | handlers/tickets
    of the customer    | command /tickets customer     | tickets.lines          | tickets/answers   | handlers/tickets
    of the operators   | command /tickets operator     | tickets.lines          | tickets/answers   | handlers/tickets
    those that ended   | command /tickets ended        | tickets.lines          | tickets/answers   | handlers/tickets
    lists late ones    | command /tickets overdue      | tickets.lines          | tickets/answers   | handlers/tickets
    of one customer    | command /tickets account      | tickets.lines          | tickets/answers   | handlers/tickets
    picks another list | action tickets:view           | tickets.lines          | tickets/answers   | handlers/tickets
    looks at a ticket  | command /tickets show         | tickets.by_number      | tickets/card      | handlers/tickets
    asks why           | command /tickets why          | tickets.why            | tickets/why       | handlers/tickets
    by the button      | action tickets:why            | tickets.why            | tickets/why       | handlers/tickets
    opens a ticket     | command /tickets open         | tickets.ask            | tickets/card      | handlers/tickets
    opens the form     | action tickets:open           | -                      | tickets/forms     | handlers/tickets
    sends it           | view tickets:open             | tickets.ask            | tickets/card      | handlers/tickets
    makes one of words | shortcut tickets:from_message | tickets.ask            | tickets/answers   | handlers/tickets
    writes in a thread | event message                 | -                      | tickets/reply     | journeys/tickets
    adds words         | action tickets:add            | tickets.of_account     | tickets/forms     | handlers/tickets
    sends them         | view tickets:add              | tickets.reply          | tickets/reply     | handlers/tickets
    closes a ticket    | action tickets:close          | tickets.settle         | tickets/card      | handlers/tickets
    opens it again     | action tickets:reopen         | tickets.settle         | tickets/card      | handlers/tickets
    answers a customer | command /tickets reply        | tickets.reply          | tickets/reply     | handlers/tickets
    by the button      | action tickets:reply          | tickets.of_account     | tickets/forms     | handlers/tickets
    sends it           | view tickets:reply            | tickets.reply          | tickets/reply     | handlers/tickets
    writes a note      | view tickets:note             | tickets.note           | tickets/reply     | handlers/tickets
    takes a ticket     | action tickets:assign         | tickets.assign         | tickets/review    | handlers/tickets
    solves it          | action tickets:solve          | tickets.settle         | tickets/review    | handlers/tickets
    passes it on       | action tickets:more           | tickets.pass_on        | tickets/review    | handlers/tickets
    sees the papers    | action review:papers         | registrations.copies.bring_papers | registrations/staff | journeys/registrations
    changes the case   | action review:entity          | registrations.submission | registrations/entity | handlers/registration_cards
    says what and why  | view review:entity            | registrations.override.choose_entity | registrations/staff | handlers/registration_cards
    sent it on         | action review:sent            | registrations.decisions.decide | registrations/rows | journeys/registrations
    approves it        | action review:approve         | registrations.decisions.to_decide | registrations/decide | journeys/registrations
    would send it back | action review:ask             | registrations.decisions.to_decide | registrations/decide | journeys/registrations
    would reject it    | action review:reject          | registrations.decisions.to_decide | registrations/decide | journeys/registrations
    would correct it   | action review:amend           | registrations.decisions.to_decide | registrations/decide | journeys/registrations
    says why           | view review:decide            | registrations.decisions.decide | registrations/rows | journeys/registrations
    decides on several | action review:several         | registrations.sweep.to_sweep | registrations/decide | journeys/registrations
    for which of them  | action review:which           | registrations.sweep.to_sweep | registrations/decide | handlers/registration_cards
    at which operators | action review:operators       | registrations.sweep.to_sweep | registrations/decide | handlers/registration_cards
    and what           | action review:act             | registrations.sweep.to_sweep | registrations/decide | handlers/registration_cards
    says how           | view review:several           | registrations.decisions.decide | registrations/rows | journeys/registrations
    asks about logs    | command /logs help            | -                      | logs/list         | handlers/logs
    lists exports      | command /logs                 | logs.recent            | logs/list         | handlers/logs
    exports logs       | command /logs export          | logs.last              | logs/form         | journeys/logs
    from App Home      | action logs:export            | logs.last              | logs/form         | handlers/logs
    for a product      | action logs:product           | -                      | logs/form         | handlers/logs
    and a time         | action logs:period            | -                      | logs/form         | handlers/logs
    types a subaccount | options logs:subaccount       | logs.subaccounts       | logs/form         | handlers/logs
    types a country    | options logs:countries        | -                      | logs/form         | handlers/logs
    sends it           | view logs:export              | logs.ask               | logs/card         | journeys/logs
    cancels it         | action logs:cancel            | logs.cancel            | logs/card         | handlers/logs
    wants it again     | action logs:again             | logs.again             | logs/card         | handlers/logs
    has 8x8 asked anew | action logs:ask_again         | logs.ask_again         | logs/card         | handlers/logs
    changes it         | action logs:change            | logs.of_account        | logs/form         | handlers/logs
    pauses repetition  | action logs:pause             | logs.schedules.pause   | logs/schedule     | handlers/logs
    resumes it         | action logs:resume            | logs.schedules.resume  | logs/schedule     | handlers/logs
    deletes it         | action logs:delete            | logs.schedules.delete  | logs/schedule     | handlers/logs
    asks about agents  | command /rcs help             | -                      | rcs/answers       | handlers/rcs
    lists agents       | command /rcs                  | rcs.service.of_account | rcs/home          | handlers/rcs
    looks at one       | command /rcs show             | rcs.service.named      | rcs/card          | handlers/rcs
    asks for an agent  | command /rcs new              | rcs.wizard.start       | rcs/form          | journeys/rcs
    by the button      | action rcs:new                | rcs.wizard.start       | rcs/form          | handlers/rcs
    goes on with one   | action rcs:draft              | rcs.wizard.look        | rcs/form          | handlers/rcs
    continues it       | action rcs:continue           | rcs.wizard.look        | rcs/form          | handlers/rcs
    starts anew        | action rcs:anew               | rcs.wizard.start_anew  | rcs/form          | handlers/rcs
    describes it       | view rcs:brand                | rcs.wizard.keep        | rcs/form          | journeys/rcs
    takes a proposal   | action rcs:take               | rcs.wizard.take        | rcs/form          | handlers/rcs
    attaches pictures  | view rcs:pictures             | rcs.wizard.keep        | rcs/form          | journeys/rcs
    visits pages again | action rcs:visit              | rcs.wizard.visit_again | rcs/form          | rcs/requests
    has one mended     | action rcs:mended             | rcs.wizard.take_mended | rcs/form          | journeys/rcs
    takes one out      | action rcs:remove             | rcs.wizard.remove_picture | rcs/form       | handlers/rcs
    gives its contact  | view rcs:contact              | rcs.wizard.keep        | rcs/form          | journeys/rcs
    goes back          | action rcs:back               | rcs.wizard.go          | rcs/form          | handlers/rcs
    edits a part of it | action rcs:part               | rcs.wizard.go          | rcs/form          | handlers/rcs
    sends it in        | view rcs:review               | rcs.service.submit     | rcs/receipt       | journeys/rcs
    mends it           | action rcs:fix                | rcs.wizard.fix         | rcs/form          | journeys/rcs
    withdraws it       | action rcs:withdraw           | rcs.service.withdraw   | rcs/news          | handlers/rcs
    has it made        | action rcs_review:created     | rcs.deciding.to_decide | rcs/decide        | journeys/rcs
    would send it back | action rcs_review:ask         | rcs.deciding.to_decide | rcs/decide        | journeys/rcs
    would reject it    | action rcs_review:reject      | rcs.deciding.to_decide | rcs/decide        | journeys/rcs
    says how           | view rcs_review:decide        | rcs.deciding.decide    | rcs/news          | journeys/rcs
    sees test devices  | action rcs:testers            | rcs.testing.testers_of | rcs/launch/testers | handlers/rcs_launch
    by the agent's name | command /rcs testers         | rcs.service.named      | rcs/launch/testers | handlers/rcs_launch
    names devices      | view rcs:testers              | rcs.testing.add        | rcs/launch/testers | handlers/rcs_launch
    says what one did  | action testers:mark           | rcs.testing.mark       | rcs/launch/testers | journeys/rcs_launch
    has them invited   | action testers:invite         | rcs.testing.invite     | rcs/launch/news   | journeys/rcs_launch
    turns back         | action testers:earlier        | -                      | rcs/launch/testers | handlers/rcs_launch
    turns a page       | action testers:later          | -                      | rcs/launch/testers | handlers/rcs_launch
    asks why it fails  | action testers:why            | rcs.testing.testers_of | rcs/launch/testers | handlers/rcs_launch
    asks it by command | command /rcs why              | -                      | rcs/launch/testers | handlers/rcs_launch
    prepares a launch  | action rcs:launch             | -                      | rcs/launch/checklist | journeys/rcs_launch
    by the agent's name | command /rcs launch          | rcs.service.named      | rcs/launch/checklist | handlers/rcs_launch
    chooses regions    | action launch:regions         | -                      | rcs/launch/checklist | journeys/rcs_launch
    looks again        | action launch:look            | -                      | rcs/launch/checklist | journeys/rcs_launch
    opens an item      | action launch:item            | rcs.launching.prospect | rcs/launch/item   | journeys/rcs_launch
    gives it           | view launch:give              | rcs.giving.give        | rcs/launch/checklist | journeys/rcs_launch
    asks for a launch  | view launch:ask               | rcs.launching.request  | rcs/launch/card   | journeys/rcs_launch
    mends a launch     | action launch:fix             | rcs.launching.whole    | rcs/launch/checklist | journeys/rcs_launch
    sends it again     | view launch:again             | rcs.launching.resubmit | rcs/launch/news   | journeys/rcs_launch
    takes it back      | action launch:withdraw        | rcs.launching.withdraw | rcs/launch/news   | handlers/rcs_launch
    wants another use  | action launch:use_case        | -                      | rcs/launch/checklist | handlers/rcs_launch
    says which         | view launch:use_case          | rcs.launching.change_use_case | rcs/launch/news | handlers/rcs_launch
    sent it to one     | action carrier:sent           | rcs.carriers.decide    | rcs/launch/news   | journeys/rcs_launch
    one approved it    | action carrier:approve        | rcs.carriers.decide    | rcs/launch/news   | journeys/rcs_launch
    switches it on     | action carrier:live           | rcs.carriers.decide    | rcs/launch/news   | journeys/rcs_launch
    resumes it         | action carrier:resume         | rcs.carriers.decide    | rcs/launch/news   | handlers/rcs_launch
    one asks changes   | action carrier:ask            | rcs.carriers.to_decide | rcs/launch/decide | journeys/rcs_launch
    one rejected it    | action carrier:reject         | rcs.carriers.to_decide | rcs/launch/decide | journeys/rcs_launch
    corrects that      | action carrier:amend          | rcs.carriers.to_decide | rcs/launch/decide | handlers/rcs_launch
    one suspended it   | action carrier:suspend        | rcs.carriers.to_decide | rcs/launch/decide | handlers/rcs_launch
    strikes one        | action carrier:strike         | rcs.carriers.to_decide | rcs/launch/decide | handlers/rcs_launch
    says why           | view carrier:decide           | rcs.carriers.decide    | rcs/launch/news   | journeys/rcs_launch
    decides several    | action carrier:several        | rcs.launching.whole    | rcs/launch/decide | journeys/rcs_launch
    says which         | view carrier:sweep            | rcs.carriers.decide    | rcs/launch/news   | journeys/rcs_launch
    wants one more     | action carrier:add            | rcs.launching.whole    | rcs/launch/decide | handlers/rcs_launch
    names it           | view carrier:name             | rcs.carriers.add_carrier | rcs/launch/news | handlers/rcs_launch
    accepts an item    | action item:accept            | rcs.giving.decide      | rcs/launch/news   | journeys/rcs_launch
    would return one   | action item:return            | rcs.giving.to_decide   | rcs/launch/decide | journeys/rcs_launch
    says why           | view item:give_back           | rcs.giving.decide      | rcs/launch/news   | journeys/rcs_launch
    asks what calls    | command /desk notices         | tickets.notices.preferences | tickets/notices | handlers/notices
    from App Home      | action notices:open           | tickets.notices.preferences | tickets/notices | handlers/notices
    types a city       | options notices:zone          | -                      | tickets/notices   | handlers/notices
    chooses it         | view notices:save             | tickets.notices.prefer | tickets/notices   | handlers/notices
    opens App Home     | event app_home_opened         | dashboard.looking.looked | home/welcome    | handlers/home
    turns to a tab     | action home:tab               | dashboard.looking.turn_to | home/tabs      | handlers/home
    sees others there  | action home:look              | dashboard.looking.choose | dashboard/home  | handlers/home
    in another order   | action home:sort              | dashboard.looking.choose | dashboard/home  | handlers/home
    turns its page     | action home:turn              | dashboard.looking.turn | dashboard/home    | handlers/home
    opens a row        | action home:open              | dashboard.looking.open_row | dashboard/home | handlers/home
    would filter       | action home:filter            | dashboard.choices.last | dashboard/filter  | handlers/home
    says for what      | view home:filter              | dashboard.looking.choose | dashboard/home  | handlers/home
    anything else      | event (any other)             | -                      | -                 | handlers/fallback
    clicks old buttons | action (any other)            | -                      | desk/refused      | handlers/fallback
    types in a select  | options (any other)           | -                      | -                 | handlers/fallback
    sends an old form  | view (any other)              | -                      | desk/refused      | handlers/fallback
    closes a form      | closed view (any other)       | -                      | -                 | handlers/fallback
    uses a shortcut    | shortcut (any other)          | -                      | -                 | handlers/fallback
    mistypes a command | command (any other)           | -                      | desk/unknown      | handlers/help

Each flow is a file here. A listener reads the payload, knows who it is, calls one use case, and answers; whom it serves
stands where it is registered (``handlers.middleware``), and what goes wrong is told by ``handlers.errors``. ``key``
among its arguments names the delivery, so that what Slack delivers twice is done once. ``handlers/help`` in the last
column is ``tests/handlers/test_help.py``.
"""

from slack_bolt.app.async_app import AsyncApp

from bot.desk import Desk
from handlers import (
    accounts,
    accounts_access,
    contacts,
    contacts_deletes,
    contacts_groups,
    contacts_people,
    contacts_windows,
    dashboard,
    errors,
    fallback,
    files,
    home,
    loa,
    loa_review,
    logs,
    notices,
    rcs,
    rcs_launch,
    rcs_launch_review,
    rcs_review,
    rcs_testers,
    rcs_wizard,
    review,
    review_entity,
    senderid,
    senderid_bulk,
    senderid_companies,
    senderid_papers,
    senderid_withdraw,
    senderid_wizard,
    threads,
    tickets,
)
from handlers import desk as desk_help
from handlers.middleware import Listen


def register_all(app: AsyncApp, desk: Desk) -> None:
    """Register every listener. The catch-alls come last: Bolt takes the first that fits."""
    listen = Listen(app, desk)
    errors.register(app, desk)
    for flow in (
        desk_help,
        accounts,
        accounts_access,
        files,
        contacts,
        contacts_windows,
        contacts_groups,
        contacts_deletes,
        contacts_people,
        senderid,
        senderid_companies,
        senderid_papers,
        senderid_wizard,
        senderid_bulk,
        senderid_withdraw,
        dashboard,
        review,
        review_entity,
        loa,
        loa_review,
        logs,
        rcs,
        rcs_wizard,
        rcs_review,
        rcs_testers,
        rcs_launch,
        rcs_launch_review,
        tickets,
        threads,
        notices,
        home,
        fallback,
    ):
        flow.register(listen)
