//! Spanish.

use super::Sign::{
    Assessment, Interview, Invite, Job, Offer, Outreach, Question, Receipt, Refusal, Regret,
    Rejection, Status,
};
use super::{Guards, Row};

pub(super) const GUARDS: Guards = Guards {
    conditional: &["si", "en caso", "en el caso"],
    despite: &["aunque", "incluso si"],
    someday: &["podremos|podríamos|será|serás|eventualmente|posteriormente"],
    not_yet: &[
        "hasta que",
        "todavía|aún no",
        "sin su|tu",
        "cancelar|aplazar|mover|posponer ~3 entrevista|cita|llamada|reunión",
    ],
};

pub(super) const ROWS: &[Row] = &[
    (
        Rejection,
        5,
        "no ~4 seguir|continuar|avanzar|proseguir|continuaremos|seguiremos|avanzaremos|continuará|avanzará|continuarás|seguirás|avanzarás|seguirá|continúa|sigue ~5 adelante|proceso|candidatura|contigo|usted|siguiente|fase|solicitud",
    ),
    (
        Rejection,
        5,
        "no ~2 ha|has|hemos|fue|fuiste|han|resultado ~3 seleccionado|seleccionada|elegido|elegida|escogido|aceptada|preseleccionado|preseleccionada",
    ),
    (Refusal, 5, "no ~1 ha|has sido ~1 seleccionado|seleccionada|elegido|elegida|aceptada"),
    (
        Rejection,
        5,
        "seguir|continuar|avanzar|continuamos|seguimos|optado|decidido|decantado|elegido|seleccionado|apostado|decantarnos ~6 otro|otra|otros|otras ~2 candidato|candidata|candidatos|candidatas|candidatura|candidaturas|perfil|perfiles|persona|personas",
    ),
    (
        Rejection,
        5,
        "otro|otra|otros|otras candidato|candidata|candidatos|candidaturas|perfil|perfiles ~6 más|mejor",
    ),
    (Rejection, 5, "vacante|puesto|posición|plaza|oferta ~4 cubierta|cubierto|ocupado|ocupada"),
    (Rejection, 4, "vacante|puesto|posición|proceso|oferta ~4 cancelado|cancelada|cerrado|cerrada"),
    (
        Rejection,
        5,
        "no ~3 encaja|ajusta|cumple|corresponde|encajas|cumples ~6 perfil|requisitos|buscamos|necesidades|puesto|posición|vacante",
    ),
    (Rejection, 4, "candidatura|solicitud ~3 rechazada|descartada|desestimada|denegada"),
    (
        Rejection,
        4,
        "descartado|descartada|desestimado|rechazado|descartar ~3 candidatura|solicitud|perfil",
    ),
    (
        Rejection,
        5,
        "no ~3 podemos|podremos|posible ~3 ofrecerte|ofrecerle|ofrecer ~3 puesto|vacante|posición|empleo",
    ),
    (
        Regret,
        2,
        "lamentamos|lamento|sentimos|siento ~3 comunicarte|informarte|comunicarle|informarle|decirte|tener|que|comunicar|informar",
    ),
    (
        Rejection,
        5,
        "optado|inclinado|decantado|decidido por|hacia ~1 un|una|otro|otra ~2 perfil|candidato|candidata|candidatura|persona",
    ),
    (Rejection, 4, "no ~2 continuará|prosperado|prosperará|avanza|avanzará ~3 proceso|candidatura"),
    (Regret, 1, "lamentablemente|desafortunadamente|desgraciadamente|lamentamos|lamento"),
    (Regret, 1, "deseamos|deseo ~6 suerte|éxito|éxitos|búsqueda|futuro|mejor"),
    (Regret, 1, "tras|después ~4 revisar|valorar|revisión|valoración|analizar"),
    (Regret, 1, "futuras|futuros oportunidades|procesos|vacantes"),
    (
        Receipt,
        4,
        "hemos|recibido ~3 recibido|correctamente|tu|su ~3 candidatura|solicitud|cv|currículum|curriculum|inscripción",
    ),
    (
        Receipt,
        4,
        "candidatura|solicitud|cv|inscripción ~5 recibida|recibido|registrada|enviada|enviado",
    ),
    (
        Receipt,
        4,
        "gracias|agradecemos|agradecerte ~5 candidatura|solicitud|postularte|inscribirte|inscripción|aplicar|postulación|inscribirse",
    ),
    (Receipt, 2, "gracias|agradecemos ~4 interés"),
    (Receipt, 4, "confirmación|confirmamos ~4 candidatura|solicitud|recepción|postulación"),
    (Receipt, 2, "revisaremos|revisar|valoraremos|analizaremos ~4 candidatura|perfil|cv|solicitud"),
    (
        Invite,
        5,
        "invitación|invitarte|invitarle|invitamos|convocamos|convocatoria|invito|citarte ~6 entrevista|llamada|charla|reunión|videollamada|conversación",
    ),
    (
        Invite,
        5,
        "gustaría|queremos|encantaría|querríamos|quisiéramos ~5 entrevista|entrevistarte|entrevistarle|conocerte|conocerle|hablar|charlar|llamada|agendar",
    ),
    (Invite, 4, "agendar|programar|concertar|coordinar ~4 entrevista|llamada|reunión|videollamada"),
    (Invite, 4, "tu|su|qué|cuál|vuestra ~2 disponibilidad|disponible"),
    (Invite, 4, "elige|elegir|reserva|reservar|selecciona ~4 hora|hueco|horario|fecha|cita"),
    (Invite, 4, "cuándo|qué ~4 disponible|bien|viene|podrías|puedes"),
    (Invite, 4, "entrevista ~5 confirmada|confirmación|programada|tendrá|agendada|será"),
    (Invite, 4, "confirmación|confirmar|confirmamos ~5 entrevista"),
    (Interview, 3, "entrevista ~1 telefónica|personal|técnica|video|online|presencial|final|rrhh"),
    (Interview, 2, "entrevista|entrevistas"),
    (Interview, 1, "próximo|próximos|siguiente|siguientes paso|pasos|fase"),
    (
        Assessment,
        4,
        "prueba|test|evaluación|reto|ejercicio ~1 técnica|técnico|online|psicotécnica|psicotécnico|nivel|código|práctica|práctico",
    ),
    (
        Assessment,
        4,
        "completar|realizar|hacer|completa|realiza|complete ~5 prueba|test|evaluación|cuestionario|reto|ejercicio",
    ),
    (Assessment, 4, "caso práctico"),
    (
        Offer,
        5,
        "complace|complacemos|encantados|placer|alegra|contentos ~4 ofrecerte|ofrecerle|ofrecer|extenderte",
    ),
    (Offer, 4, "oferta laboral|formal|económica"),
    (Offer, 4, "carta|propuesta ~1 oferta|laboral|económica|contratación"),
    (Offer, 4, "contrato laboral"),
    (Offer, 3, "bienvenido|bienvenida ~2 equipo"),
    (
        Question,
        4,
        "podrías|podría|puedes|puede ~4 enviar|enviarnos|enviarme|confirmar|confirmarnos|indicarnos|indicar|facilitar|facilitarnos|decirnos|compartir|completar|proporcionar|mandarnos",
    ),
    (
        Question,
        4,
        "por favor ~4 envíanos|envíenos|envía|envíe|indícanos|indíquenos|confirma|confirme|facilítanos|completa|rellena|responde|comparte",
    ),
    (
        Question,
        4,
        "necesitamos|necesitaríamos|falta|faltan ~4 que|tu|su|nos|documentos|documentación|referencias|información",
    ),
    (Question, 3, "expectativas|pretensiones|aspiración salariales|salarial|económicas"),
    (Question, 3, "referencias|preaviso|incorporación"),
    (Question, 4, "sigues|sigue|continúas ~2 interesado|interesada|disponible|buscando"),
    (
        Status,
        4,
        "todavía|aún|seguimos|sigue|continuamos ~5 revisando|valorando|evaluando|proceso|analizando|entrevistando|decisión|decidido|abierto|curso",
    ),
    (
        Status,
        4,
        "necesitamos|tomará|llevará|tardaremos ~3 más|poco|algo ~2 tiempo|días|semana|semanas|más",
    ),
    (
        Status,
        4,
        "pausado|pausa|congelado|suspendido|paralizado|aplazado|retraso|retrasado|retrasando",
    ),
    (Status, 3, "gracias|agradecemos ~3 paciencia"),
    (Status, 3, "estado ~3 candidatura|solicitud|proceso"),
    (Status, 2, "contacto contigo|usted|con"),
    (Status, 2, "informaremos|avisaremos|contactaremos|responderemos|comunicaremos"),
    (Status, 3, "tomar|tomaremos|tomado ~2 decisión"),
    (Outreach, 5, "visto|encontrado|revisado|vi|encontré ~2 tu|su perfil|cv|experiencia"),
    (Outreach, 4, "tu|su perfil ~5 interesante|atención|encaja|interesa|gustado"),
    (
        Outreach,
        4,
        "abierto|abierta|interesado|interesada ~3 nuevas|nuevos|nuevo|oportunidades|oportunidad|cambio|escuchar",
    ),
    (Outreach, 3, "mi|nuestro|nuestra cliente"),
    (Outreach, 3, "nueva|gran|interesante oportunidad"),
    (Job, 4, "tu|su|mi ~1 candidatura|postulación"),
    (Job, 4, "candidatura ~2 para|a|al|en|como|recibida"),
    (
        Job,
        4,
        "postulado|postulaste|postularte|postulación|inscrito|inscribirte|aplicado ~4 oferta|puesto|vacante|empleo|a|para|al",
    ),
    (
        Job,
        3,
        "candidatura|candidaturas|reclutamiento|reclutador|reclutadora|candidato|candidata|postulación",
    ),
    (Job, 3, "proceso|procesos de selección"),
    (Job, 2, "puesto|vacante|entrevista|currículum|curriculum"),
];
