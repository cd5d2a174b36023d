//! Spanish.

use super::Table;

pub(super) const TABLE: Table = Table {
    promises: &[
        "contactaremos|contactaré|contactar|contactarte|contactarle|contactarán|contactamos",
        "nos|me ~2 pondremos|pondré|pondrán|ponemos ~2 en contacto",
        "ponernos|ponerme en contacto",
        "te|le|les|os ~2 informaremos|informaré|avisaremos|avisaré|responderemos|responderé|comunicaremos|diremos|diré|daremos|daré|haremos|haré|escribiremos|escribiré|llamaremos|confirmaremos|mantendremos|enviaremos|actualizaremos|decimos|contestaremos|informarán|avisarán",
        "informarte|informarle|responderte|responderle|avisarte|avisarle|darte|darle|decirte|decirle|comunicarte|comunicarle|confirmarte",
        "daremos|daré|dar|tendremos|tendré|tener|tendrás|tendrá|recibirás|recibirá|recibir|esperamos ~4 respuesta|noticias|decisión|feedback|novedades|actualización|resultado|resultados",
        "respuesta|decisión|noticias|feedback|resultado|resultados|novedades ~4 será|estará|se|tendrás|recibirás|llegará|darán|antes|en|para",
        "tomaremos|tomará|tomar|tomamos ~3 decisión",
        "decidiremos|decidir|decidiré|decidimos|responderemos|responderé",
        "necesitamos|necesito|necesitaremos ~5 tiempo|semana|semanas|días|día|hasta",
        "noticias nuestras",
        "saber de nosotros",
        "proceso|revisión|selección|evaluación ~5 tarda|tardará|durará|dura|llevará|finalizará|terminará",
        "paciencia",
    ],
    requests: &[
        "por favor",
        "esperamos|espero|necesitamos ~2 tu|su|vuestra",
        "puedes|podrías|podría|puede|quieres",
        "envíanos|envíenos|envíe|envía|mándanos|respóndenos|responde|responda|confírmanos|confirma|confirme|indícanos|indíquenos|completa|complete|elige|elija|dinos|díganos|háganos|haznos|rellena|avísanos|avísenos",
        "tu|su|vuestra disponibilidad|respuesta|decisión|confirmación|documentación|incorporación",
        "tienes|tiene|debes|debe|dispones|dispone que|hasta|un|de",
        "agradeceríamos|rogamos",
        "necesitamos que",
        "conservar|conservaremos|guardaremos|conservados|almacenar|almacenados|datos",
        "fecha|plazo límite",
        "válido|válida|caduca|expira|vence",
        "disponible|disponibilidad",
        "de vacaciones|baja",
        "quería|disculpa|disculpe|disculpas|perdón|lamento",
        "agendar|programar|concertar|invitarte|invitarle|invitamos|vernos|hablar|hablamos|conocerte",
    ],
    appointments: &[
        "entrevista|entrevistas|reunión|llamada|cita|videollamada|charla|encuentro|visita",
        "curso|seminario|evento|pedido|suscripción",
    ],
    voids: &["darse|darte|darme de baja", "newsletter|boletín|suscripción"],
    uncountable: &[
        "tras|después|desde|siguientes|posteriores ~4 entrevista|entrevistas|cierre|prueba",
    ],
    vague: &[
        "pronto|brevemente|próximamente",
        "antes posible",
        "cuanto antes",
        "en breve",
        "próximos|próximas|siguientes ~1 días|semanas",
        "tan pronto|rápido como",
        "mayor brevedad",
    ],
    joints: &["y", "pero", "entonces", "mientras", "si", "porque", "que"],
};
