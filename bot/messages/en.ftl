### Every sentence a person reads, in English.
### Facts in { $braces } are worded by code: names are escaped, days, sizes and shares are text already.
### Telegram HTML: <b>, <code>. Buttons, toasts and the menu take none.

## Numbers, days, shares

percent = { $whole }{ "\u00A0" }%
percent-over-99 = over 99{ "\u00A0" }%
day-today = today
day-tomorrow = tomorrow
day-yesterday = yesterday
moment = { $day }, { $clock }
due-today = due today
due-tomorrow = due tomorrow
due-yesterday = due yesterday
due-later = due { $day }
due-overdue = overdue since { $day }

## Hello

welcome-worker =
    Hello { $person }! Send me a photo of a print and I tell you which part it is and whose.
    /open shows what is still to be found, /help the rest.
welcome-admin =
    Hello { $person }! Send me a photo of a print and I tell you which part it is and whose.
    Send me an STL to add a part, /invite to let people in, /help for the rest.
help-worker =
    <b>Send a photo</b> of one print on a plain surface. An album of up to five pictures of the same print helps.
    /whois under a photo, or in reply to one: the three likeliest parts
    /open: what is still to be found, by due date
    /last: your last five photos and their answers
    <code>/batch NAME</code>: your photos of today are of that build plate; written under one photo, that one
    Say <b>Right</b> when I am, and I count the copy.
help-admin =
    <b>Send a photo</b> of one print on a plain surface. An album of up to five pictures of the same print helps.
    /whois under a photo, or in reply to one: the three likeliest parts
    /open: what is still to be found, by due date
    /last: your last five photos and their answers
    <code>/batch NAME</code>: your photos of today are of that build plate; written under one photo, that one
    <code>/batch NAME</code> under a .3mf, or with names behind it (<code>/batch Tuesday: hook, clip</code>), sets what is on it

    <b>Send an .stl, .3mf, .obj, .ply or a .zip of them</b> to add parts. Write under it what you know:
    <code>customer: ACME; order: 1042; qty: 10; due: 2026-12-24; material: PLA black; note: left and right apart</code>
    /parts: all parts, <code>/parts hook</code> searches
    <code>/part NAME</code>: one part, to rename, change, retire
    /invite: a link for a worker, <code>/invite admin</code> for an admin
    /people: who works here
    /health: queues, and what I gave up on
    /everyphoto: in a group, look at each photo or only when asked
stranger = This bot belongs to a print shop. If you work there, show an admin this number: <code>{ $number }</code>.
stranger-toast = This bot belongs to a print shop. If you work there, show an admin this number: { $number }.
invite-unusable = This link has been used or has run out. If you work here, ask an admin for a new one and show this number: <code>{ $number }</code>.
joined = { $person } has joined with your invitation link.
admins-only = Only admins can do that.
admins-only-toast = Only admins can do that.
admins-only-parts = Adding parts is for admins. Please send this file to one of them.
hint = Send me a photo of a print, and I tell you whose it is. /help shows what else I can do.
hint-other = I can read photos (also as JPEG, PNG, WebP or HEIC files). Please send the print as a photo.

## The commands menu

command-start = Say hello
command-help = What I can do
command-whois = The three likeliest parts for a photo
command-open = What is still to be found
command-last = Your last five photos
command-batch = My photos are of one build plate
command-part = One part: card, orders, changes
command-parts = All parts, or search
command-invite = A link that lets somebody in
command-people = Who works here
command-health = Queues and trouble
command-everyphoto = Look at each photo of a group

## A photo on its way

looking = Looking at it…
photos-before = { $photos ->
    [one] One photo before yours.
   *[other] { $photos } photos before yours.
}
photos-before-about = { $photos ->
    [one] One photo before yours, about { $wait } seconds.
   *[other] { $photos } photos before yours, about { $wait } seconds.
}
files-before = { $files ->
    [one] One file before yours.
   *[other] { $files } files before yours.
}
stage-preparing = The catalogue is being prepared anew: { $done } of { $total } parts are ready. I answer this photo as soon as all are.
stage-reading = { $total ->
    [0] Reading it…
   *[other] Reading { $done } of { $total }…
}
stage-cutting-out = Cutting the print out of the photo…
stage-comparing = { $parts ->
    [one] Cut out. Comparing with one part…
   *[other] Cut out. Comparing with { $parts } parts…
}
stage-rendering = { $total ->
    [0] Rendering…
   *[other] Rendering { $done } of { $total }…
}
stage-indexing = { $total ->
    [0] Measuring all its sides…
   *[other] Measuring all its sides, step { $done } of { $total }…
}
stage-parts = Rendering part { $done } of { $total }…
too-many-photos = That is more than { $limit } photos in a minute. Give me a moment, then send this one again.
album-full = I look at { $limit } pictures of one print at most. I left the others out.

## An answer

head-sure = <b>{ $part }</b> for <b>{ $customer }</b>
head-maybe = Maybe <b>{ $part }</b> (it would be for { $customer })
head-nobodys = <b>{ $part }</b> · nobody has ordered it
line-order = Order { $reference }
line-found = { $found } of { $quantity } found
line-due = { $due }
line-material = { $material }
line-size = { $size }
line-note = Note: { $note }
line-customer = { $customer }
line-nobody = nobody’s yet
line-others-wait = { $orders ->
    [one] One more order waits for this part.
   *[other] { $orders } more orders wait for this part.
}
share = { $share }
sure = Sure: { $share }
probably = Probably: { $share }
maybe = Maybe: { $share }
candidates-asked = The likeliest parts:
candidates-probably = Probably one of these, I am not sure:
candidates-maybe = Maybe one of these, I am not sure:
candidates-before = Before that I thought of these:
candidates-set = { $parts ->
    [one] Very likely the first one, I am not sure:
    [2] Almost surely one of these two:
   *[other] Almost surely one of these { $parts }:
}
candidates-set-many = Almost surely one of { $parts } parts. The likeliest { $shown }:
candidates-set-or-none = { $parts ->
    [one] Maybe the first one, maybe none of these:
    [2] Maybe one of the first two, maybe none of these:
   *[other] Maybe one of these { $parts }, maybe none of them:
}
candidates-set-many-or-none = Maybe one of { $parts } parts, maybe none of them. The likeliest { $shown }:
candidate = <b>{ $number }</b> { $part }
no-more-candidates = Then I don’t know it. A photo from another side may help, or have a look at the others again.
settled-part = ✓ <b>{ $part }</b> for <b>{ $customer }</b>, confirmed { $by }
settled-nobodys = ✓ <b>{ $part }</b>, confirmed { $by }
settled-none = None of these, said { $by }. If it is new, an admin can send me its STL.
by-you = by you
by-person = by { $person }
unknown-nearest = Nothing in the catalogue looks like this. Nearest: { $part } ({ $share }). If it is new, an admin can send me its STL.
reason-no_object = I can’t find a print in this picture. Lay it on a plain surface and come closer.
reason-cut_off = The print is cut off at the edge of the picture. One more from further away?
reason-too_dark = It is too dark for me to see edges. More light, please.
reason-blurred = The picture is blurred. Hold still for a moment and send another one, please.
reason-nothing_alike = Nothing in the catalogue looks like this. If it is new, an admin can send me its STL.
reason-empty_catalogue = There are no parts in the catalogue yet. An admin can send me an STL.
reason-look_alikes = They look much alike.
twins-mirrored = { $first } and { $second } are mirror images.
twins-scaled = { $second } is { $first } at { $percent }{ "\u00A0" }%.
twins-length = { $second } is { $first } made longer or shorter.
twins-engraving = { $first } and { $second } differ only in an engraving.
twins-engraving-hidden = { $first } and { $second } differ only in an engraving that can’t be seen from here.
twins-detail = { $first } and { $second } are the same but for a detail.
twins-detail-hidden = { $first } and { $second } are the same but for a detail that can’t be seen from here.
twins-side = <b>A photo from this side would decide:</b> the picture’s last tile shows it, what differs is orange.
twins-measure = No photo shows size, so measure it: { $first } is { $size }, { $second } is { $other }.
twins-closely = No photo shows that well: hold the print in your hand and look closely.
reason-not_sure = What I see fits, but not clearly enough to be sure.
reason-sure = No other part fits as well.
photos-apart = <b>Together, your photos fit no part well.</b> They may show two prints, or one that is not in the catalogue.
photos-one-by-one = If it is more than one print, send each by itself.
photo-view = <b>One more photo would help:</b> turn the print like in the last picture, so that this side faces the camera.
photo-other-side = A photo from another side may decide.
photo-how = Send it in reply to this message, or press “One more photo” first.
photo-anew = To start anew, just send a photo.
photo-awaited = Your next photo here, until { $until }, counts as the same print.
photo-awaited-in-reply = Answer this message with the photo, until { $until }: it counts as the same print.
photo-asked = Answer this message with a photo of the same print, until { $until }.
photo-asked-hint = A photo of the same print
answer-among = { $parts ->
    [one] Only one part is in batch <b>{ $batch }</b>, and this looks like it:
   *[other] Among the { $parts } parts of batch <b>{ $batch }</b>:
}
answer-outside = Nothing in batch <b>{ $batch }</b> fits. Outside of it:
answer-none-of-batch = Nothing in batch <b>{ $batch }</b> fits either.
cut-out-doubtful = I am not sure what the print is here: I looked at the piece marked in the picture.
looking-again = Looking at the other object…
looking-both = Looking at it together with the photo before…
answer-below = You sent one more photo: the answer is below.
whois-no-photo = Send /whois under a photo of a print, or in reply to one.
whois-at-it = I am at it: the three likeliest parts come in a moment.
given-up-photo = That took too long and I gave up after three tries. Please send it again; the admins know.
given-up-one-more = I gave up on the further photo after three tries; the admins know.
answer-stands = What I said before stands:
gave-up = Something went wrong here and I gave up after three tries. Please send it again; the admins know.
gave-up-toast = Something went wrong here. Please try again in a moment.
stl-gone = The STL is no longer there. An admin can send it to me again.

## Buttons under an answer, and what they say back

button-right = ✓ Right
button-not-this = Not this
button-others = Other candidates
button-stl = STL file
button-none = None of these
button-undo = Undo
button-other-object = Other object
button-one-more = One more photo
button-never-mind = Never mind
toast-next = Perhaps { $part }?
toast-at-it = I am looking at it.
toast-send-it = Send it now.
toast-never-mind = Then it counts as another print.
toast-none = Noted: none of these.
toast-confirmed = Noted.
toast-counted = Noted: { $found } of { $quantity } found.
toast-line-complete = { $quantity ->
    [one] Noted: that was the only copy.
   *[other] Noted: that was the last of { $quantity }.
}
toast-order-complete = That was the last one: order { $reference } is complete.
toast-already = Already confirmed { $by } at { $when }.
toast-already-none = Already settled { $by } ({ $when }): none of these.
toast-settled = That was settled { $day }: { $part }.
toast-undone = Taken back.
toast-nothing-to-undo = There is nothing to undo any more.
toast-stl = Here it comes.
press-old = This button is too old. Please ask again.
order-complete-admins = Order <b>{ $reference }</b> for <b>{ $customer }</b> is complete: all copies are found.

## Batches

batch-chosen = { $parts ->
    [one] Until midnight I look at photos here as the one part of batch <b>{ $batch }</b> first. /batch off ends it.
   *[other] Until midnight I look among the { $parts } parts of batch <b>{ $batch }</b> first. /batch off ends it.
}
batch-left = No batch any more: I look among all parts.
batch-closed = Batch <b>{ $batch }</b> is closed: nobody can choose it any more.
batch-none = No batch is chosen here: I look among all parts.
batch-choose = Of which batch are your photos? Press it, or write <code>/batch NAME</code>.
batch-unknown = There is no batch named { $batch }. An admin can set it.
batch-unknown-admin = There is no batch named { $batch }. To set it, send its .3mf with <code>/batch NAME</code> under it, or write its parts behind the name: <code>/batch Tuesday: hook, clip</code>
batch-unknown-all = There is no batch named { $batch }. I look among all parts.
batch-set = { $parts ->
    [one] Batch <b>{ $batch }</b> is set: one part.
   *[other] Batch <b>{ $batch }</b> is set: { $parts } parts.
}
batch-parts-unknown = { $parts ->
    [one] There is no part named { $names }. Nothing was changed.
   *[other] I do not know { $parts } of these parts: { $names }. Nothing was changed.
}
batch-usage = Write a name for the batch: <code>/batch Tuesday</code> under its .3mf, or <code>/batch Tuesday: hook, clip</code>
button-batch = { $batch } · { $parts }
button-batch-off = All parts again
button-batch-close = Close it for everybody

## Lists

last-none = You have not sent me a photo yet.
last-head = { $sightings ->
    [one] Your last photo:
   *[other] Your last { $sightings } photos:
}
last-line = { $when }: { $what }
last-confirmed = ✓ <b>{ $part }</b>
last-unsure = not sure, perhaps <b>{ $part }</b>
last-none-of-them = none of my candidates
list-part = <b>{ $part }</b>
open-none = Nothing is open: all copies are found.
open-head = { $lines ->
    [one] One order line is still open:
   *[other] { $lines } order lines are still open:
}
button-previous = ‹ Page { $page }
button-next = Page { $page } of { $pages } ›

## Parts, for admins

reading-file = Reading { $file }…
file-too-large = { $file } has more than { $limit_mb } MB, and Telegram gives me no more than that. Import it on the server (<code>whoseprint import</code>), or run a local Bot API server: then there is no limit.
part-searchable = <b>{ $part }</b> is searchable ({ $elapsed } s)
part-ready = <b>{ $part }</b> · no. { $id }
part-pending = <b>{ $part }</b> · no. { $id } · not searchable yet
part-retired = <b>{ $part }</b> · no. { $id } · retired
part-failed = <b>{ $part }</b> · no. { $id } · could not be rendered, press Re-index to try again
part-triangles = { $triangles ->
    [one] one triangle
   *[other] { $triangles } triangles
}
part-closed = closed
part-open = not closed
kin = Looks like { $parts }: I will ask when a photo can’t tell.
kin-mirrored = <b>{ $part }</b> mirrored
kin-scaled = <b>{ $part }</b> at { $percent }{ "\u00A0" }%
kin-length = <b>{ $part }</b> in another length
kin-engraving = <b>{ $part }</b> but for an engraving
kin-detail = <b>{ $part }</b> but for a detail
kin-more = { $parts ->
    [one] and one more
   *[other] and { $parts } more
}
part-without-orders = Nobody has ordered it yet.
part-more-orders = { $orders ->
    [one] and one more order
   *[other] and { $orders } more orders
}
part-known = This is the part <b>{ $part }</b> again (same shape).
part-known-turned = This is the part <b>{ $part }</b> again (same shape, turned).
order-added = I added the order to it.
order-added-named = I added order { $reference } to it.
part-usage = Write the part’s name or number behind it: <code>/part bracket_m4</code>. /parts shows all.
part-unknown = There is no part named { $name }. <code>/parts</code> shows all, <code>/parts hook</code> searches.
part-gone = This part is no longer in the catalogue.
parts-none = There are no parts yet. Send me an STL.
parts-none-found = No part and no customer is named like { $search }.
parts-head = { $parts ->
    [one] One part
   *[other] { $parts } parts, page { $page } of { $pages }
}
label-failed = ⚠ { $part }
button-rename = Rename
button-reorder = Change order
button-retire = Retire
button-retire-sure = Yes, retire it
button-keep = Keep
button-reindex = Re-index
button-part-stl = STL file
asked-of = <a href="tg://user?id={ $id }">{ $person }</a>: { $question }
answer-hint-rename = The new name
answer-hint-order = qty: 12; due: 2026-12-24
answer-hint-customer = The customer’s name
ask-name = What shall <b>{ $part }</b> be called? Write its new name.
ask-order = What changes for <b>{ $part }</b>? Write it like <code>customer: ACME; order: 1042; qty: 10; due: 2026-12-24</code>; what you leave out stays.
ask-retire = Retire <b>{ $part }</b>? No photo will be taken for it any more. Its orders and sightings stay on record.
renamed = It is called <b>{ $part }</b> now.
name-taken = Another part is called { $part } already. Write another name.
name-unusable = A name has 1 to { $limit } characters. Write another one.
retired = <b>{ $part }</b> is retired.
toast-retired = Retired.
toast-kept = Kept.
toast-reindex = Rendering it anew.
whose-part = { $parts ->
    [one] <b>Whose part is it?</b>
   *[other] <b>Whose are these { $parts }?</b>
}
button-someone-new = Someone new
ask-customer = What is the customer’s name?
toast-whose = Noted: { $customer }.
claimed = { $parts ->
    [one] Noted: it is for <b>{ $customer }</b>.
   *[other] Noted: these { $parts } are for <b>{ $customer }</b>.
}
claimed-already = That is settled already; nothing was changed.
received-many = { $added } added, { $known } known already, { $refused } refused ({ $elapsed } s)
received-named = · { $part }
received-more = { $parts ->
    [one] · and one more
   *[other] · and { $parts } more
}
received-refused = ✗ <b>{ $file }</b>: { $why }
received-ignored = { $files ->
    [one] One other file was left alone.
   *[other] { $files } other files were left alone.
}
received-cut = { $lines ->
    [one] … and one more line
   *[other] … and { $lines } more lines
}
given-up-file = I could not get through this file in three tries. The admins see it under /health.

## What is odd about a mesh

finding-ascii = It is an ASCII file; binary ones are five times smaller.
finding-decimal_commas = Its numbers are written with commas; I read them as points.
finding-open = { $count ->
    [one] The mesh has a hole; I can still recognise it.
   *[other] The mesh has { $count } holes; I can still recognise it.
}
finding-non_manifold = { $count ->
    [one] One edge is shared by more than two triangles.
   *[other] { $count } edges are shared by more than two triangles.
}
finding-inside_out = It was inside out; I turned it.
finding-flipped_shells = { $count ->
    [one] One shell was inside out; I turned it.
   *[other] { $count } shells were inside out; I turned them.
}
finding-flipped_triangles = { $count ->
    [one] One triangle faced the wrong way; I turned it.
   *[other] { $count } triangles faced the wrong way; I turned them.
}
finding-degenerate = { $count ->
    [one] One triangle has no area.
   *[other] { $count } triangles have no area.
}
finding-self_crossing = { $count ->
    [one] One triangle crosses another.
   *[other] { $count } triangles cross others.
}
finding-many_pieces = { $count ->
    [one] It is one piece.
   *[other] It consists of { $count } separate pieces.
}
finding-maybe_inches = It is very small: perhaps it was drawn in inches. I read millimetres.
finding-maybe_metres = It is tiny: perhaps it was drawn in metres. I read millimetres.

## People, for admins

invite-worker =
    Send this link to one person. It makes them a worker here, once, until { $until }:
    { $link }
invite-admin =
    Send this link to one person. It makes them an <b>admin</b> here, once, until { $until }:
    { $link }
people-head = { $people ->
    [one] One person works here:
   *[other] { $people } people work here:
}
people-line = { $person } · { $role }
role-admin = admin
role-worker = worker
button-remove = Remove { $person }
button-remove-sure = Yes, remove
ask-remove = Remove <b>{ $person }</b>? They will be a stranger to me, until somebody invites them again.
toast-removed = { $person } is removed.
person-gone = This person is no longer here.
not-yourself = You cannot remove yourself; another admin can.

## Health, for admins

trouble-of-somebody = I gave up on something from { $person } after three tries. /health and the log say more.
health-failed-updates = { $updates ->
    [one] One message could not be handled; the log says why.
   *[other] { $updates } messages could not be handled; the log says why.
}
health-parts = { $parts ->
    [one] One part is searchable.
   *[other] { $parts } parts are searchable.
}
health-queue = { $queue }: { $waiting } waiting, { $running } in work.
health-oldest = The oldest has been waiting for { $wait } s.
health-outbox = Messages: { $updates } to be read, { $deliveries } to be sent.
health-disk = Disk: { $free_gb } GB free.
health-none-given-up = Nothing was given up.
health-given-up = { $jobs ->
    [one] <b>One job was given up:</b>
   *[other] <b>{ $jobs } jobs were given up, the latest:</b>
}
health-job = #{ $id } { $kind } { $about } ({ $when }): { $why } <i>{ $detail }</i>
queue-vision = Photos
queue-catalog = Parts
job-identify = photo
job-receive = file
job-index = part
job-tune = fine-tuning
button-retry = Try #{ $id } again
toast-retried = Queued again.
toast-not-given-up = That job is not given up any more.
given-up-crashed = Its worker died each time.
given-up-too_long = It took too long.
given-up-too_large = It needed too much memory.
given-up-failed = It failed each time.
given-up-unknown = It could not be done.

## Groups

everyphoto-only-groups = This switch is for groups: write it in one.
everyphoto-off = In this group I look at photos with /whois under them or in reply.
everyphoto-on = In this group I look at every photo.
everyphoto-on-privacy =
    In this group I look at every photo, as soon as Telegram lets me see them: at @BotFather, /setprivacy, choose @{ $bot }, Disable; then take me out of the group and in again. Or make me an admin of the group.
    Until then I see those with /whois alone.
button-every-on = Look at every photo
button-every-off = Only when asked
toast-saved = Saved.

## What cannot be taken in

field-customer = customer
field-order = order
field-quantity = quantity
field-due = due date
field-material = material
field-note = note
trouble-unknown = I cannot use this. Please check it and send it again; nothing was changed.
trouble-mesh_empty = { $file } is empty. Please export it again; nothing was changed.
trouble-mesh_suffix_unknown = { $file } is no part that I can read. Send .stl, .3mf, .obj or .ply.
trouble-mesh_wrong_content = { $file } is not what its name says: it holds { $content }. Please export it again; nothing was changed.
trouble-mesh_is_text = { $file } is a text without a single triangle in it. Please export it again; nothing was changed.
trouble-mesh_truncated = { $file } ends in the middle ({ $triangles_present } of { $triangles_promised } triangles are there). Please export it again; nothing was changed.
trouble-mesh_cut_short = { $triangles_present ->
    [one] { $file } ends in the middle, after one whole triangle. Please export it again; nothing was changed.
   *[other] { $file } ends in the middle, after { $triangles_present } whole triangles. Please export it again; nothing was changed.
}
trouble-mesh_damaged = { $file } is damaged: { $detail }. Please export it again; nothing was changed.
trouble-mesh_without_triangles = { $file } has no triangles. If it is a point cloud or a drawing, export a mesh.
trouble-mesh_too_few_triangles = { $triangles ->
    [one] { $file } has only one triangle that encloses anything, no solid has fewer than 4.
   *[other] { $file } has only { $triangles } triangles that enclose anything, no solid has fewer than 4.
}
trouble-mesh_too_fine = { $file } has { $triangles } triangles, I can read { $limit }. Please export it coarser and send it again.
trouble-mesh_not_finite = { $vertices_broken ->
    [one] { $file } has coordinates that are no numbers, in one corner. Please export it again; nothing was changed.
   *[other] { $file } has coordinates that are no numbers, in { $vertices_broken } corners. Please export it again; nothing was changed.
}
trouble-mesh_too_large = { $file } reaches { $reach_mm } mm, more than { $limit_mm } mm. Please check the unit of the export: I read millimetres.
trouble-mesh_without_area = { $file } has no surface: all its triangles are lines or points.
trouble-mesh_flat = { $file } is flat: all its triangles lie in one plane.
trouble-plate_too_many_parts = { $file } holds { $parts } parts, I take { $limit } at once. Please split it.
trouble-archive_damaged = { $file } is damaged or no zip archive. Please pack it again.
trouble-archive_empty = { $file } holds no part that I can read (.stl, .3mf, .obj, .ply).
trouble-archive_encrypted = { $file } has a password. Please send it without one.
trouble-archive_method_unknown = { $file } is packed in a way that I cannot unpack. Please make an ordinary zip.
trouble-archive_name_outside = { $file } holds a name that points outside of it ({ $name }). I do not open such archives.
trouble-archive_nested = { $file } holds another archive ({ $name }). Please send the inner ones by themselves.
trouble-archive_too_many_files = { $file } holds { $files } files, I take { $limit } at once. Please split it.
trouble-archive_too_large = { $file } unpacks to more than { $limit_mb } MB. Please split it, or import it on the server.
trouble-archive_bomb = { $file } unpacks to more than { $ratio_limit } times its size. I do not open such archives.
trouble-picture_file_too_large = I can only read pictures up to { $limit_mb } MB. Send it as a photo instead of a file.
trouble-picture_not_one = This is no picture that I can read. Send JPEG, PNG, WebP or HEIC.
trouble-picture_truncated = This picture ends in the middle. Please send it again.
trouble-picture_damaged = This picture is damaged. Please send it again.
trouble-picture_too_small = This picture is only { $width_px } × { $height_px } pixels. I need at least { $limit_px } each way.
trouble-picture_too_large = This picture has more than { $limit_megapixels } megapixels. Send it as a photo instead of a file.
trouble-picture_animated = This picture moves ({ $frames } frames). I need a still one: please send a photo.
trouble-order_text_too_long = The text has { $length } characters, I read { $limit }.
trouble-order_field_too_long = The { $field } has { $length } characters, there is room for { $limit }.
trouble-order_field_unknown = I do not know the field “{ $text }”. I know customer, order, qty, due, material and note.
trouble-order_field_twice = The { $field } stands there twice.
trouble-order_quantity_unreadable = I cannot read the quantity “{ $text }”. Write a whole number from 1 to { $limit }.
trouble-order_date_unreadable = I cannot read the date “{ $text }”. Write it like 2026-12-24 or 24.12.2026.
trouble-book_not_text = The order book is no text. Please save it as CSV (UTF-8).
trouble-book_damaged = The order book cannot be read from line { $line } on: check its quotes.
trouble-book_empty = The order book is empty.
trouble-book_without_part_column = The order book has no column “part”. Its columns are: { $columns }.
trouble-book_too_long = The order book has more than { $limit } rows. Please split it.
trouble-book_row_without_part = The row names no part.
