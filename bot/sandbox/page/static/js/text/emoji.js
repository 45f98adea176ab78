// The emoji names that support desks use; an unknown name stays readable as `:name:`.

const TABLE = `
white_check_mark ✅, heavy_check_mark ✔️, ballot_box_with_check ☑️, x ❌, negative_squared_cross_mark ❎,
no_entry ⛔, no_entry_sign 🚫, warning ⚠️, exclamation ❗, heavy_exclamation_mark ❗, question ❓,
information_source ℹ️, hourglass ⌛, hourglass_flowing_sand ⏳, stopwatch ⏱️, alarm_clock ⏰, timer_clock ⏲️,
clock1 🕐, clock3 🕒, calendar 📆, date 📅, spiral_calendar_pad 🗓️, arrows_counterclockwise 🔄, repeat 🔁,
arrow_right ➡️, arrow_left ⬅️, arrow_up ⬆️, arrow_down ⬇️, arrow_up_small 🔼, arrow_down_small 🔽,
arrow_forward ▶️, leftwards_arrow_with_hook ↩️, rewind ⏪, fast_forward ⏩, large_green_circle 🟢,
green_circle 🟢, large_yellow_circle 🟡, yellow_circle 🟡, large_orange_circle 🟠, large_red_circle 🔴,
red_circle 🔴, large_blue_circle 🔵, blue_circle 🔵, large_blue_diamond 🔷, large_purple_circle 🟣, white_circle ⚪,
black_circle ⚫, radio_button 🔘, large_green_square 🟩, large_yellow_square 🟨, large_orange_square 🟧,
large_red_square 🟥, large_blue_square 🟦, white_large_square ⬜, black_large_square ⬛, white_medium_square ◻️,
black_medium_square ◼️, small_blue_diamond 🔹, small_orange_diamond 🔸, black_small_square ▪️,
white_small_square ▫️, wave 👋, raised_hand ✋, raised_hands 🙌, clap 👏, pray 🙏, muscle 💪, ok_hand 👌, thumbsup 👍,
+1 👍, thumbsdown 👎, -1 👎, point_right 👉, point_left 👈, point_up ☝️, point_down 👇, eyes 👀, handshake 🤝,
writing_hand ✍️, smile 😄, smiley 😃, grinning 😀, slightly_smiling_face 🙂, blush 😊, wink 😉, joy 😂,
thinking_face 🤔, neutral_face 😐, disappointed 😞, cry 😢, sweat_smile 😅, tada 🎉, sparkles ✨, star ⭐, star2 🌟,
fire 🔥, rocket 🚀, 100 💯, heart ❤️, bulb 💡, bell 🔔, no_bell 🔕, mega 📣, loudspeaker 📢, speech_balloon 💬,
thread 🧵, left_speech_bubble 🗨️, email 📧, e-mail 📧, envelope ✉️, incoming_envelope 📨, inbox_tray 📥,
outbox_tray 📤, mailbox 📫, package 📦, memo 📝, pencil 📝, pencil2 ✏️, page_facing_up 📄, page_with_curl 📃,
clipboard 📋, bookmark_tabs 📑, file_folder 📁, open_file_folder 📂, card_index 📇, card_index_dividers 🗂️,
bar_chart 📊, chart_with_upwards_trend 📈, chart_with_downwards_trend 📉, ticket 🎫, admission_tickets 🎟️,
label 🏷️, paperclip 📎, link 🔗, lock 🔒, unlock 🔓, key 🔑, shield 🛡️, mag 🔍, mag_right 🔎, gear ⚙️, wrench 🔧,
hammer_and_wrench 🛠️, toolbox 🧰, construction 🚧, rotating_light 🚨, fire_engine 🚒, broom 🧹, wastebasket 🗑️,
scroll 📜, newspaper 📰, book 📖, books 📚, bank 🏦, office 🏢, house 🏠, department_store 🏬, factory 🏭, moneybag 💰,
receipt 🧾, chart 💹, iphone 📱, calling 📲, phone ☎️, telephone_receiver 📞, satellite_antenna 📡, computer 💻,
globe_with_meridians 🌐, earth_asia 🌏, earth_africa 🌍, earth_americas 🌎, busts_in_silhouette 👥,
bust_in_silhouette 👤, office_worker 🧑‍💼, robot_face 🤖, lower_left_fountain_pen 🖋️,
lower_left_ballpoint_pen 🖊️, black_nib ✒️, heavy_plus_sign ➕, heavy_minus_sign ➖, heavy_multiplication_x ✖️,
recycle ♻️, zzz 💤, coffee ☕, one 1️⃣, two 2️⃣, three 3️⃣, four 4️⃣, five 5️⃣, six 6️⃣, seven 7️⃣, eight 8️⃣,
nine 9️⃣, keycap_ten 🔟, zero 0️⃣, new 🆕, ok 🆗, sos 🆘, up 🆙, cool 🆒, free 🆓, id 🆔, checkered_flag 🏁,
triangular_flag_on_post 🚩, flag-sg 🇸🇬, flag-id 🇮🇩, flag-ph 🇵🇭, flag-th 🇹🇭, flag-vn 🇻🇳, flag-my 🇲🇾, flag-cn 🇨🇳,
flag-hk 🇭🇰, flag-tw 🇹🇼, flag-in 🇮🇳, flag-us 🇺🇸, us 🇺🇸, flag-gb 🇬🇧, gb 🇬🇧, flag-jp 🇯🇵, jp 🇯🇵, flag-kr 🇰🇷,
kr 🇰🇷, cn 🇨🇳, flag-au 🇦🇺, flag-nz 🇳🇿, flag-mm 🇲🇲, flag-kh 🇰🇭, flag-la 🇱🇦, flag-bd 🇧🇩, flag-lk 🇱🇰, flag-pk 🇵🇰,
flag-np 🇳🇵, flag-mo 🇲🇴, flag-ae 🇦🇪, flag-sa 🇸🇦, flag-de 🇩🇪, de 🇩🇪, flag-fr 🇫🇷, fr 🇫🇷, flag-es 🇪🇸, es 🇪🇸,
flag-it 🇮🇹, flag-br 🇧🇷
`;

const EMOJI = new Map(
  TABLE.trim()
    .split(/,\s*/)
    .map((pair) => pair.split(" ")),
);

/** The picture for a shortcode without its colons ("tada", "wave::skin-tone-3"), or null. */
export const emoji = (name) => EMOJI.get(name.replace(/::skin-tone-\d$/, "")) ?? null;
