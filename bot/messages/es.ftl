### Todo lo que lee una persona, en español. Tuteamos.
### Lo que va entre { $llaves } llega ya escrito: nombres escapados, días, medidas y porcentajes como texto.

## Números, días, porcentajes

percent = { $whole }{ "\u00A0" }%
percent-over-99 = más del 99{ "\u00A0" }%
day-today = hoy
day-tomorrow = mañana
day-yesterday = ayer
moment = { $day }, { $clock }
due-today = para hoy
due-tomorrow = para mañana
due-yesterday = venció ayer
due-later = para el { $day }
due-overdue = vencido desde el { $day }

## Saludos

welcome-worker =
    ¡Hola, { $person }! Mándame la foto de una impresión y te digo qué pieza es y de quién.
    Con /open ves lo que falta por encontrar; con /help, todo lo demás.
welcome-admin =
    ¡Hola, { $person }! Mándame la foto de una impresión y te digo qué pieza es y de quién.
    Mándame un STL para añadir una pieza; con /invite das acceso a alguien y con /help ves lo demás.
help-worker =
    <b>Manda una foto</b> de una sola impresión sobre un fondo liso. También vale un álbum de hasta cinco fotos de la misma.
    /whois al pie de una foto, o en respuesta a una: las tres piezas más probables
    /open: lo que falta por encontrar, por fecha de entrega
    /last: tus últimas cinco fotos con su respuesta
    <code>/batch NOMBRE</code>: tus fotos de hoy son de ese lote; al pie de una foto, solo esa
    Pulsa <b>Es esta</b> cuando acierte y cuento la copia.
help-admin =
    <b>Manda una foto</b> de una sola impresión sobre un fondo liso. También vale un álbum de hasta cinco fotos de la misma.
    /whois al pie de una foto, o en respuesta a una: las tres piezas más probables
    /open: lo que falta por encontrar, por fecha de entrega
    /last: tus últimas cinco fotos con su respuesta
    <code>/batch NOMBRE</code>: tus fotos de hoy son de ese lote; al pie de una foto, solo esa
    <code>/batch NOMBRE</code> al pie de un .3mf, o con nombres detrás (<code>/batch Martes: gancho, clip</code>), dice qué lleva

    <b>Manda un .stl, .3mf, .obj, .ply o un .zip con varios</b> para añadir piezas. Escribe al pie lo que sepas:
    <code>cliente: ACME; pedido: 1042; cantidad: 10; entrega: 2026-12-24; material: PLA negro; nota: izquierda y derecha aparte</code>
    /parts: todas las piezas; <code>/parts gancho</code> busca
    <code>/part NOMBRE</code>: una pieza, para renombrarla, cambiarla o retirarla
    /invite: un enlace para alguien del taller; <code>/invite admin</code> para un administrador
    /people: quién trabaja aquí
    /health: las colas y lo que no pude terminar
    /everyphoto: en un grupo, mirar cada foto o solo las que me pidan
stranger = Este bot es de un taller de impresión. Si trabajas allí, enséñale este número a un administrador: <code>{ $number }</code>.
stranger-toast = Este bot es de un taller de impresión. Si trabajas allí, enséñale este número a un administrador: { $number }.
invite-unusable = Este enlace ya se usó o ha caducado. Si trabajas aquí, pide otro a un administrador y enséñale este número: <code>{ $number }</code>.
joined = { $person } ha entrado con tu enlace de invitación.
admins-only = Eso solo lo pueden hacer los administradores.
admins-only-toast = Eso solo lo pueden hacer los administradores.
admins-only-parts = Las piezas las añaden los administradores. Mándale este archivo a uno de ellos, por favor.
hint = Mándame la foto de una impresión y te digo de quién es. Con /help ves qué más sé hacer.
hint-other = Sé leer fotos (también como archivo JPEG, PNG, WebP o HEIC). Manda la impresión como foto, por favor.

## El menú de órdenes

command-start = Saludar
command-help = Qué sé hacer
command-whois = Las tres piezas más probables de una foto
command-batch = Mis fotos son de un lote
command-open = Lo que falta por encontrar
command-last = Tus últimas cinco fotos
command-part = Una pieza: ficha, pedidos, cambios
command-parts = Todas las piezas, o buscar
command-invite = Un enlace para dar acceso a alguien
command-people = Quién trabaja aquí
command-health = Colas y problemas
command-everyphoto = Mirar cada foto de un grupo

## Una foto en camino

looking = La estoy mirando…
photos-before = { $photos ->
    [one] Hay una foto antes que la tuya.
   *[other] Hay { $photos } fotos antes que la tuya.
}
photos-before-about = { $photos ->
    [one] Hay una foto antes que la tuya, unos { $wait } segundos.
   *[other] Hay { $photos } fotos antes que la tuya, unos { $wait } segundos.
}
files-before = { $files ->
    [one] Hay un archivo antes que el tuyo.
   *[other] Hay { $files } archivos antes que el tuyo.
}
stage-preparing = Estoy preparando de nuevo el catálogo: { $done } de { $total } piezas están listas. Respondo a esta foto en cuanto lo estén todas.
stage-reading = { $total ->
    [0] Leyendo…
   *[other] Leyendo { $done } de { $total }…
}
stage-cutting-out = Recortando la impresión…
stage-comparing = { $parts ->
    [one] Recortada. Comparando con una pieza…
   *[other] Recortada. Comparando con { $parts } piezas…
}
stage-rendering = { $total ->
    [0] Dibujando…
   *[other] Dibujando { $done } de { $total }…
}
stage-indexing = { $total ->
    [0] Midiendo todos sus lados…
   *[other] Midiendo todos sus lados, paso { $done } de { $total }…
}
stage-parts = Dibujando la pieza { $done } de { $total }…
too-many-photos = Son más de { $limit } fotos en un minuto. Dame un momento y vuelve a mandar esta.
album-full = Miro como mucho { $limit } fotos de una misma impresión. Las demás las he dejado.

## Una respuesta

head-sure = <b>{ $part }</b> para <b>{ $customer }</b>
head-maybe = Quizá <b>{ $part }</b> (sería para { $customer })
head-nobodys = <b>{ $part }</b> · nadie la ha pedido
line-order = Pedido { $reference }
line-found = { $found } de { $quantity } encontradas
line-due = { $due }
line-material = { $material }
line-size = { $size }
line-note = Nota: { $note }
line-customer = { $customer }
line-nobody = aún sin dueño
line-others-wait = { $orders ->
    [one] Otro pedido más espera esta pieza.
   *[other] Otros { $orders } pedidos esperan esta pieza.
}
share = { $share }
sure = Segura: { $share }
probably = Probable: { $share }
maybe = Posible: { $share }
candidates-asked = Las piezas más probables:
candidates-probably = Probablemente una de estas, no lo tengo claro:
candidates-maybe = Quizá una de estas, no lo tengo claro:
candidates-before = Antes pensaba en estas:
candidates-set = { $parts ->
    [one] Muy probablemente la primera, no lo tengo claro:
    [2] Casi seguro, una de estas dos:
   *[other] Casi seguro, una de estas { $parts }:
}
candidates-set-many = Casi seguro, una de { $parts } piezas. Las { $shown } más probables:
candidates-set-or-none = { $parts ->
    [one] Quizá la primera, quizá ninguna de estas:
    [2] Quizá una de las dos primeras, quizá ninguna de estas:
   *[other] Quizá una de estas { $parts }, quizá ninguna de ellas:
}
candidates-set-many-or-none = Quizá una de { $parts } piezas, quizá ninguna de ellas. Las { $shown } más probables:
candidate = <b>{ $number }</b> { $part }
no-more-candidates = Entonces no la conozco. Prueba con una foto desde otro lado, o mira otra vez las demás.
settled-part = ✓ <b>{ $part }</b> para <b>{ $customer }</b>, confirmada { $by }
settled-nobodys = ✓ <b>{ $part }</b>, confirmada { $by }
settled-none = Ninguna de estas, dicho { $by }. Si es nueva, un administrador puede mandarme su STL.
by-you = por ti
by-person = por { $person }
unknown-nearest = Nada del catálogo se le parece. Lo más cercano: { $part } ({ $share }). Si es nueva, un administrador puede mandarme su STL.
reason-no_object = No encuentro ninguna impresión en esta foto. Ponla sobre un fondo liso y acércate más.
reason-cut_off = La impresión se sale de la foto. ¿Me mandas otra desde más lejos?
reason-too_dark = Está demasiado oscuro y no veo los bordes. Más luz, por favor.
reason-blurred = La foto está movida. Quédate quieto un momento y mándame otra, por favor.
reason-nothing_alike = Nada del catálogo se le parece. Si es nueva, un administrador puede mandarme su STL.
reason-empty_catalogue = Todavía no hay piezas en el catálogo. Un administrador puede mandarme un STL.
reason-look_alikes = Se parecen mucho.
twins-mirrored = La { $first } y la { $second } son simétricas, como las dos manos.
twins-scaled = La { $second } es la { $first } al { $percent }{ "\u00A0" }%.
twins-length = La { $second } es la { $first } más larga o más corta.
twins-engraving = La { $first } y la { $second } solo se distinguen por un grabado.
twins-engraving-hidden = La { $first } y la { $second } solo se distinguen por un grabado que desde aquí no se ve.
twins-detail = La { $first } y la { $second } son iguales salvo en un detalle.
twins-detail-hidden = La { $first } y la { $second } son iguales salvo en un detalle que desde aquí no se ve.
twins-side = <b>Una foto desde este lado lo aclararía:</b> está abajo del todo en la imagen, con las diferencias en naranja.
twins-measure = En una foto no se ve el tamaño, así que mídela: la { $first } mide { $size } y la { $second }, { $other }.
twins-closely = Eso apenas se ve en una foto: coge la pieza y mírala de cerca.
reason-not_sure = Lo que veo encaja, pero no lo bastante para estar seguro.
reason-sure = Ninguna otra pieza encaja tan bien.
photos-apart = <b>Juntas, tus fotos no encajan bien con ninguna pieza.</b> Quizá muestran dos impresiones, o una que no está en el catálogo.
photos-one-by-one = Si es más de una impresión, mándalas por separado.
photo-view = <b>Otra foto ayudaría:</b> gira la pieza como en la última imagen, con ese lado hacia la cámara.
photo-other-side = Una foto desde otro lado puede aclararlo.
photo-how = Mándala en respuesta a este mensaje, o pulsa antes «Otra foto».
photo-anew = Para empezar de nuevo, manda una foto sin más.
photo-awaited = La próxima foto que mandes aquí, hasta las { $until }, contará como la misma pieza.
photo-awaited-in-reply = Responde a este mensaje con la foto, hasta las { $until }: contará como la misma pieza.
photo-asked = Responde a este mensaje con una foto de la misma pieza, hasta las { $until }.
photo-asked-hint = Una foto de la misma pieza
answer-among = { $parts ->
    [one] En el lote <b>{ $batch }</b> hay una sola pieza y parece esta:
   *[other] Entre las { $parts } piezas del lote <b>{ $batch }</b>:
}
answer-outside = Nada del lote <b>{ $batch }</b> encaja. Fuera de él:
answer-none-of-batch = Tampoco encaja nada del lote <b>{ $batch }</b>.
cut-out-doubtful = No sé bien cuál es aquí la impresión: he mirado lo que está marcado en la imagen.
looking-again = Miro el otro objeto…
looking-both = La miro junto con la foto de antes…
answer-below = Has mandado otra foto: la respuesta está más abajo.
whois-no-photo = Pon /whois al pie de la foto de una impresión, o en respuesta a una.
whois-at-it = Estoy en ello: las tres piezas más probables llegan enseguida.
given-up-photo = Tardaba demasiado y lo dejé tras tres intentos. Mándala otra vez, por favor; los administradores lo saben.
given-up-one-more = Con la otra foto no he podido tras tres intentos; los administradores lo saben.
answer-stands = Sigue en pie lo que dije antes:
gave-up = Algo ha fallado por aquí y lo dejé tras tres intentos. Mándalo otra vez, por favor; los administradores lo saben.
gave-up-toast = Algo ha fallado por aquí. Prueba otra vez dentro de un momento.
stl-gone = El STL ya no está. Un administrador puede volver a mandármelo.

## Botones bajo una respuesta, y lo que contestan

button-right = ✓ Es esta
button-not-this = No es esta
button-others = Otras posibles
button-stl = Archivo STL
button-none = Ninguna de estas
button-undo = Deshacer
button-other-object = Otro objeto
button-one-more = Otra foto
button-never-mind = Déjalo
toast-next = ¿Será { $part }?
toast-at-it = Lo estoy mirando.
toast-send-it = Mándala ahora.
toast-never-mind = Entonces contará como otra pieza.
toast-none = Anotado: ninguna de estas.
toast-confirmed = Anotado.
toast-counted = Anotado: { $found } de { $quantity } encontradas.
toast-line-complete = { $quantity ->
    [one] Anotado: era la única copia.
   *[other] Anotado: era la última de { $quantity }.
}
toast-order-complete = Era la última: el pedido { $reference } está completo.
toast-already = Ya confirmada { $by } ({ $when }).
toast-already-none = Ya resuelto { $by } ({ $when }): ninguna de estas.
toast-settled = Eso quedó resuelto { $day }: { $part }.
toast-undone = Deshecho.
toast-nothing-to-undo = Ya no hay nada que deshacer.
toast-stl = Aquí va.
press-old = Este botón ya no vale. Pregúntame otra vez.
order-complete-admins = El pedido <b>{ $reference }</b> de <b>{ $customer }</b> está completo: todas las copias aparecieron.

## Lotes

batch-chosen = { $parts ->
    [one] Hasta medianoche miro primero si es la única pieza del lote <b>{ $batch }</b>. Para dejarlo: /batch off
   *[other] Hasta medianoche busco primero entre las { $parts } piezas del lote <b>{ $batch }</b>. Para dejarlo: /batch off
}
batch-left = Ya no hay lote: busco entre todas las piezas.
batch-closed = El lote <b>{ $batch }</b> está cerrado: ya nadie puede elegirlo.
batch-none = Aquí no hay ningún lote elegido: busco entre todas las piezas.
batch-choose = ¿De qué lote son tus fotos? Púlsalo o escribe <code>/batch NOMBRE</code>.
batch-unknown = No hay ningún lote llamado { $batch }. Un administrador puede crearlo.
batch-unknown-admin = No hay ningún lote llamado { $batch }. Para crearlo, manda su .3mf con <code>/batch NOMBRE</code> al pie, o escribe las piezas detrás del nombre: <code>/batch Martes: gancho, clip</code>
batch-unknown-all = No hay ningún lote llamado { $batch }. Busco entre todas las piezas.
batch-set = { $parts ->
    [one] El lote <b>{ $batch }</b> está listo: una pieza.
   *[other] El lote <b>{ $batch }</b> está listo: { $parts } piezas.
}
batch-parts-unknown = { $parts ->
    [one] No hay ninguna pieza llamada { $names }. No he cambiado nada.
   *[other] No conozco { $parts } de estas piezas: { $names }. No he cambiado nada.
}
batch-usage = Ponle un nombre al lote: <code>/batch Martes</code> al pie de su .3mf, o <code>/batch Martes: gancho, clip</code>
button-batch = { $batch } · { $parts }
button-batch-off = Otra vez todas las piezas
button-batch-close = Cerrarlo para todos

## Listas

last-none = Todavía no me has mandado ninguna foto.
last-head = { $sightings ->
    [one] Tu última foto:
   *[other] Tus últimas { $sightings } fotos:
}
last-line = { $when }: { $what }
last-confirmed = ✓ <b>{ $part }</b>
last-unsure = sin certeza, quizá <b>{ $part }</b>
last-none-of-them = ninguna de mis propuestas
list-part = <b>{ $part }</b>
open-none = No falta nada: todas las copias aparecieron.
open-head = { $lines ->
    [one] Queda una línea de pedido abierta:
   *[other] Quedan { $lines } líneas de pedido abiertas:
}
button-previous = ‹ Página { $page }
button-next = Página { $page } de { $pages } ›

## Piezas, para administradores

reading-file = Leyendo { $file }…
file-too-large = { $file } tiene más de { $limit_mb } MB y Telegram no me da más. Impórtalo en el servidor (<code>whoseprint import</code>) o monta un servidor local de la Bot API: entonces no hay límite.
part-searchable = <b>{ $part }</b> ya se puede buscar ({ $elapsed } s)
part-ready = <b>{ $part }</b> · n.º { $id }
part-pending = <b>{ $part }</b> · n.º { $id } · aún no se puede buscar
part-retired = <b>{ $part }</b> · n.º { $id } · retirada
part-failed = <b>{ $part }</b> · n.º { $id } · no se pudo dibujar, pulsa Reindexar para probar otra vez
part-triangles = { $triangles ->
    [one] un triángulo
   *[other] { $triangles } triángulos
}
part-closed = cerrada
part-open = no cerrada
kin = Se parece a { $parts }: preguntaré cuando la foto no baste.
kin-mirrored = <b>{ $part }</b> en espejo
kin-scaled = <b>{ $part }</b> al { $percent }{ "\u00A0" }%
kin-length = <b>{ $part }</b> en otro largo
kin-engraving = <b>{ $part }</b> salvo por un grabado
kin-detail = <b>{ $part }</b> salvo por un detalle
kin-more = { $parts ->
    [one] y a una más
   *[other] y a { $parts } más
}
part-without-orders = Nadie la ha pedido todavía.
part-more-orders = { $orders ->
    [one] y un pedido más
   *[other] y { $orders } pedidos más
}
part-known = Es otra vez la pieza <b>{ $part }</b> (la misma forma).
part-known-turned = Es otra vez la pieza <b>{ $part }</b> (la misma forma, girada).
order-added = Le he añadido el pedido.
order-added-named = Le he añadido el pedido { $reference }.
part-usage = Escribe detrás el nombre o el número de la pieza: <code>/part bracket_m4</code>. Con /parts las ves todas.
part-unknown = No hay ninguna pieza llamada { $name }. Con <code>/parts</code> las ves todas, <code>/parts gancho</code> busca.
part-gone = Esta pieza ya no está en el catálogo.
parts-none = Todavía no hay piezas. Mándame un STL.
parts-none-found = Ninguna pieza ni cliente se llama como { $search }.
parts-head = { $parts ->
    [one] Una pieza
   *[other] { $parts } piezas, página { $page } de { $pages }
}
label-failed = ⚠ { $part }
button-rename = Renombrar
button-reorder = Cambiar pedido
button-retire = Retirar
button-retire-sure = Sí, retirarla
button-keep = Dejarlo
button-reindex = Reindexar
button-part-stl = Archivo STL
asked-of = <a href="tg://user?id={ $id }">{ $person }</a>: { $question }
answer-hint-rename = El nombre nuevo
answer-hint-order = cantidad: 12; entrega: 2026-12-24
answer-hint-customer = El nombre del cliente
ask-name = ¿Cómo se va a llamar <b>{ $part }</b>? Escribe el nombre nuevo.
ask-order = ¿Qué cambia en <b>{ $part }</b>? Escríbelo como <code>cliente: ACME; pedido: 1042; cantidad: 10; entrega: 2026-12-24</code>; lo que no pongas se queda igual.
ask-retire = ¿Retiro <b>{ $part }</b>? Ninguna foto se tomará ya por ella. Sus pedidos y apariciones quedan guardados.
renamed = Ahora se llama <b>{ $part }</b>.
name-taken = Ya hay otra pieza llamada { $part }. Escribe otro nombre.
name-unusable = Un nombre tiene de 1 a { $limit } caracteres. Escribe otro.
retired = <b>{ $part }</b> queda retirada.
toast-retired = Retirada.
toast-kept = Se queda.
toast-reindex = La dibujo de nuevo.
whose-part = { $parts ->
    [one] <b>¿De quién es?</b>
   *[other] <b>¿De quién son estas { $parts }?</b>
}
button-someone-new = Alguien nuevo
ask-customer = ¿Cómo se llama el cliente?
toast-whose = Anotado: { $customer }.
claimed = { $parts ->
    [one] Anotado: es para <b>{ $customer }</b>.
   *[other] Anotado: estas { $parts } son para <b>{ $customer }</b>.
}
claimed-already = Eso ya estaba resuelto; no ha cambiado nada.
received-many = { $added } nuevas, { $known } ya conocidas, { $refused } rechazadas ({ $elapsed } s)
received-named = · { $part }
received-more = { $parts ->
    [one] · y una más
   *[other] · y { $parts } más
}
received-refused = ✗ <b>{ $file }</b>: { $why }
received-ignored = { $files ->
    [one] He dejado sin tocar otro archivo.
   *[other] He dejado sin tocar otros { $files } archivos.
}
received-cut = { $lines ->
    [one] … y una línea más
   *[other] … y { $lines } líneas más
}
given-up-file = No he podido con este archivo en tres intentos. Los administradores lo ven en /health.

## Lo raro de una malla

finding-ascii = Es un archivo ASCII; en binario ocuparía cinco veces menos.
finding-decimal_commas = Sus números llevan coma; los leo como puntos.
finding-open = { $count ->
    [one] La malla tiene un agujero; aun así puedo reconocerla.
   *[other] La malla tiene { $count } agujeros; aun así puedo reconocerla.
}
finding-non_manifold = { $count ->
    [one] Una arista la comparten más de dos triángulos.
   *[other] { $count } aristas las comparten más de dos triángulos.
}
finding-inside_out = Estaba del revés; le he dado la vuelta.
finding-flipped_shells = { $count ->
    [one] Un cuerpo estaba del revés; le he dado la vuelta.
   *[other] { $count } cuerpos estaban del revés; les he dado la vuelta.
}
finding-flipped_triangles = { $count ->
    [one] Un triángulo miraba al lado equivocado; le he dado la vuelta.
   *[other] { $count } triángulos miraban al lado equivocado; les he dado la vuelta.
}
finding-degenerate = { $count ->
    [one] Un triángulo no tiene área.
   *[other] { $count } triángulos no tienen área.
}
finding-self_crossing = { $count ->
    [one] Un triángulo cruza a otro.
   *[other] { $count } triángulos cruzan a otros.
}
finding-many_pieces = { $count ->
    [one] Es un solo cuerpo.
   *[other] Consta de { $count } cuerpos separados.
}
finding-maybe_inches = Es muy pequeña: quizá se dibujó en pulgadas. Yo leo milímetros.
finding-maybe_metres = Es diminuta: quizá se dibujó en metros. Yo leo milímetros.

## Personas, para administradores

invite-worker =
    Manda este enlace a una sola persona. Con él entra como trabajador, una vez, hasta { $until }:
    { $link }
invite-admin =
    Manda este enlace a una sola persona. Con él entra como <b>administrador</b>, una vez, hasta { $until }:
    { $link }
people-head = { $people ->
    [one] Aquí trabaja una persona:
   *[other] Aquí trabajan { $people } personas:
}
people-line = { $person } · { $role }
role-admin = administrador
role-worker = taller
button-remove = Quitar a { $person }
button-remove-sure = Sí, quitar
ask-remove = ¿Quito a <b>{ $person }</b>? No le conoceré hasta que alguien vuelva a invitarle.
toast-removed = { $person } ya no está.
person-gone = Esta persona ya no está.
not-yourself = No puedes quitarte tú; otro administrador sí.

## Salud, para administradores

trouble-of-somebody = He dejado algo de { $person } tras tres intentos. /health y el registro dicen más.
health-failed-updates = { $updates ->
    [one] Un mensaje no se pudo atender; el registro dice por qué.
   *[other] { $updates } mensajes no se pudieron atender; el registro dice por qué.
}
health-parts = { $parts ->
    [one] Se puede buscar una pieza.
   *[other] Se pueden buscar { $parts } piezas.
}
health-queue = { $queue }: { $waiting } en espera, { $running } en curso.
health-oldest = La más antigua espera desde hace { $wait } s.
health-outbox = Mensajes: { $updates } por leer, { $deliveries } por enviar.
health-disk = Disco: { $free_gb } GB libres.
health-none-given-up = No se ha abandonado nada.
health-given-up = { $jobs ->
    [one] <b>Se abandonó un trabajo:</b>
   *[other] <b>Se abandonaron { $jobs } trabajos, los últimos:</b>
}
health-job = #{ $id } { $kind } { $about } ({ $when }): { $why } <i>{ $detail }</i>
queue-vision = Fotos
queue-catalog = Piezas
job-identify = foto
job-receive = archivo
job-index = pieza
job-tune = ajuste fino
button-retry = Reintentar #{ $id }
toast-retried = De nuevo en la cola.
toast-not-given-up = Ese trabajo ya no está abandonado.
given-up-crashed = Su proceso murió todas las veces.
given-up-too_long = Tardó demasiado.
given-up-too_large = Necesitó demasiada memoria.
given-up-failed = Falló todas las veces.
given-up-unknown = No se pudo hacer.

## Grupos

everyphoto-only-groups = Este ajuste es para grupos: escríbelo en uno.
everyphoto-off = En este grupo miro las fotos que llevan /whois al pie o en respuesta.
everyphoto-on = En este grupo miro todas las fotos.
everyphoto-on-privacy =
    En este grupo miro todas las fotos en cuanto Telegram me las deje ver: en @BotFather, /setprivacy, elige @{ $bot }, Disable; luego sácame del grupo y vuelve a meterme. O hazme administrador del grupo.
    Hasta entonces solo veo las que llevan /whois.
button-every-on = Mirar cada foto
button-every-off = Solo si me lo piden
toast-saved = Guardado.

## Lo que no se puede admitir

field-customer = cliente
field-order = pedido
field-quantity = cantidad
field-due = fecha de entrega
field-material = material
field-note = nota
trouble-unknown = No puedo usar esto. Revísalo y mándalo otra vez, por favor; no ha cambiado nada.
trouble-mesh_empty = { $file } está vacío. Expórtalo otra vez, por favor; no ha cambiado nada.
trouble-mesh_suffix_unknown = { $file } no es una pieza que sepa leer. Manda .stl, .3mf, .obj o .ply.
trouble-mesh_wrong_content = { $file } no es lo que dice su nombre: contiene { $content }. Expórtalo otra vez, por favor; no ha cambiado nada.
trouble-mesh_is_text = { $file } es un texto sin un solo triángulo. Expórtalo otra vez, por favor; no ha cambiado nada.
trouble-mesh_truncated = { $file } se corta a la mitad (están { $triangles_present } de { $triangles_promised } triángulos). Expórtalo otra vez, por favor; no ha cambiado nada.
trouble-mesh_cut_short = { $triangles_present ->
    [one] { $file } se corta a la mitad, tras un triángulo entero. Expórtalo otra vez, por favor; no ha cambiado nada.
   *[other] { $file } se corta a la mitad, tras { $triangles_present } triángulos enteros. Expórtalo otra vez, por favor; no ha cambiado nada.
}
trouble-mesh_damaged = { $file } está dañado: { $detail }. Expórtalo otra vez, por favor; no ha cambiado nada.
trouble-mesh_without_triangles = { $file } no tiene triángulos. Si es una nube de puntos o un dibujo, exporta una malla.
trouble-mesh_too_few_triangles = { $triangles ->
    [one] { $file } solo tiene un triángulo que encierre algo; ningún cuerpo tiene menos de 4.
   *[other] { $file } solo tiene { $triangles } triángulos que encierren algo; ningún cuerpo tiene menos de 4.
}
trouble-mesh_too_fine = { $file } tiene { $triangles } triángulos y puedo leer { $limit }. Expórtalo menos fino y mándalo otra vez.
trouble-mesh_not_finite = { $vertices_broken ->
    [one] { $file } tiene coordenadas que no son números, en un vértice. Expórtalo otra vez, por favor; no ha cambiado nada.
   *[other] { $file } tiene coordenadas que no son números, en { $vertices_broken } vértices. Expórtalo otra vez, por favor; no ha cambiado nada.
}
trouble-mesh_too_large = { $file } llega a { $reach_mm } mm, más de { $limit_mm } mm. Revisa la unidad al exportar: yo leo milímetros.
trouble-mesh_without_area = { $file } no tiene superficie: todos sus triángulos son líneas o puntos.
trouble-mesh_flat = { $file } es plano: todos sus triángulos están en un mismo plano.
trouble-plate_too_many_parts = { $file } contiene { $parts } piezas y admito { $limit } de una vez. Divídelo, por favor.
trouble-archive_damaged = { $file } está dañado o no es un zip. Vuelve a comprimirlo, por favor.
trouble-archive_empty = { $file } no contiene ninguna pieza que sepa leer (.stl, .3mf, .obj, .ply).
trouble-archive_encrypted = { $file } tiene contraseña. Mándalo sin ella, por favor.
trouble-archive_method_unknown = { $file } está comprimido de una forma que no sé abrir. Haz un zip corriente, por favor.
trouble-archive_name_outside = { $file } contiene un nombre que apunta fuera de él ({ $name }). No abro archivos así.
trouble-archive_nested = { $file } contiene otro archivo comprimido ({ $name }). Manda los de dentro por separado, por favor.
trouble-archive_too_many_files = { $file } contiene { $files } archivos y admito { $limit } de una vez. Divídelo, por favor.
trouble-archive_too_large = { $file } ocupa más de { $limit_mb } MB al descomprimirse. Divídelo, o impórtalo en el servidor.
trouble-archive_bomb = { $file } crece más de { $ratio_limit } veces al descomprimirse. No abro archivos así.
trouble-picture_file_too_large = Solo puedo leer imágenes de hasta { $limit_mb } MB. Mándala como foto, no como archivo.
trouble-picture_not_one = Esto no es una imagen que sepa leer. Manda JPEG, PNG, WebP o HEIC.
trouble-picture_truncated = Esta imagen se corta a la mitad. Mándala otra vez, por favor.
trouble-picture_damaged = Esta imagen está dañada. Mándala otra vez, por favor.
trouble-picture_too_small = Esta imagen solo tiene { $width_px } × { $height_px } píxeles. Necesito al menos { $limit_px } por lado.
trouble-picture_too_large = Esta imagen tiene más de { $limit_megapixels } megapíxeles. Mándala como foto, no como archivo.
trouble-picture_animated = Esta imagen se mueve ({ $frames } fotogramas). Necesito una fija: manda una foto, por favor.
trouble-order_text_too_long = El texto tiene { $length } caracteres; leo { $limit }.
trouble-order_field_too_long = En «{ $field }» hay { $length } caracteres y solo caben { $limit }.
trouble-order_field_unknown = No conozco el campo «{ $text }». Conozco cliente, pedido, cantidad, entrega, material y nota.
trouble-order_field_twice = El campo «{ $field }» está dos veces.
trouble-order_quantity_unreadable = No entiendo la cantidad «{ $text }». Escribe un número entero de 1 a { $limit }.
trouble-order_date_unreadable = No entiendo la fecha «{ $text }». Escríbela como 2026-12-24 o 24.12.2026.
trouble-book_not_text = El libro de pedidos no es un texto. Guárdalo como CSV (UTF-8), por favor.
trouble-book_damaged = El libro de pedidos no se puede leer desde la línea { $line }: revisa las comillas.
trouble-book_empty = El libro de pedidos está vacío.
trouble-book_without_part_column = El libro de pedidos no tiene la columna «part». Sus columnas son: { $columns }.
trouble-book_too_long = El libro de pedidos tiene más de { $limit } filas. Divídelo, por favor.
trouble-book_row_without_part = La fila no nombra ninguna pieza.
