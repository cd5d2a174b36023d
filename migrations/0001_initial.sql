-- The record of Afterword. Times are Unix seconds; names of states are stable for ever.
-- Constraints and triggers carry the promises; the code only explains why something was refused.

CREATE TABLE installation (
    id           INTEGER PRIMARY KEY CHECK (id = 1),            -- there is one row
    name         TEXT NOT NULL,                                 -- random; tells two installations on one mailbox apart
    mark_key     BLOB NOT NULL CHECK (length(mark_key) = 32),   -- key of the own mark and of the hashes of other people's mail
    created_at   INTEGER NOT NULL,                              -- when this file was made
    first_run_at INTEGER,                                       -- when the service ran first; NULL before
    server_time  INTEGER,                                       -- the youngest arrival time a mail server told of mail that came while we watched
    texts_looked_at INTEGER                                     -- when old texts were looked for last, to the end; NULL: not yet, or not to the end
) STRICT;

-- The mail accounts of one person. The first row is the owner of the record: account_id names it
-- wherever the comment says owner. Elsewhere it names the account in which something lies or happened.
CREATE TABLE accounts (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,                  -- every other table carries it as account_id
    address TEXT NOT NULL,                                      -- the address, lower case
    aliases TEXT NOT NULL DEFAULT '[]' CHECK (json_type(aliases) = 'array'), -- its other addresses, as the configuration named them last
    first_run_at INTEGER,                                       -- when its mailboxes were read first; NULL before
    sent_copies TEXT CHECK (sent_copies IN ('provider', 'us')) -- who files copies in Sent; NULL: not known yet
) STRICT;
CREATE UNIQUE INDEX accounts_address ON accounts (address);

CREATE TABLE mailboxes (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,            -- MailboxId
    account_id    INTEGER NOT NULL REFERENCES accounts (id),    -- of which account
    name          TEXT NOT NULL,                                -- as the server spells it
    display_name  TEXT NOT NULL,                                -- as a person reads it
    role          TEXT NOT NULL CHECK (role IN ('inbox', 'sent', 'drafts', 'junk', 'trash', 'archive', 'all', 'other')), -- what it is for
    uid_validity  INTEGER CHECK (uid_validity BETWEEN 1 AND 4294967295), -- epoch of the UIDs; NULL before the first reading
    next_uid      INTEGER CHECK (next_uid BETWEEN 0 AND 4294967295),     -- first UID that has not been read
    live_from     INTEGER CHECK (live_from BETWEEN 0 AND 4294967295),    -- UIDNEXT when the first look began
    past_from     INTEGER CHECK (past_from BETWEEN 1 AND 4294967295),    -- first UID of the look back; NULL when there is nothing to look back for
    past_below    INTEGER CHECK (past_below BETWEEN 1 AND 4294967295),   -- what lies from here to live_from has been looked at; it goes down
    in_hand_first INTEGER CHECK (in_hand_first BETWEEN 1 AND 4294967295), -- the window that is being read; NULL at rest.
    in_hand_last  INTEGER CHECK (in_hand_last >= in_hand_first),          -- Found at the start: a process ended in it
    last_read_at  INTEGER,                                      -- last reading that ended well
    messages      INTEGER NOT NULL DEFAULT 0 CHECK (messages >= 0), -- how many messages the server said there are
    error         TEXT,                                         -- why it cannot be read now; NULL if it can
    failing_since INTEGER,                                      -- the first look that could not read it; NULL if the last one could
    CHECK ((uid_validity IS NULL) = (next_uid IS NULL) AND (uid_validity IS NULL) = (live_from IS NULL)),
    CHECK ((error IS NULL) = (failing_since IS NULL)),
    CHECK ((past_from IS NULL) = (past_below IS NULL)),
    CHECK ((in_hand_first IS NULL) = (in_hand_last IS NULL)),
    CHECK (past_from IS NULL OR (uid_validity IS NOT NULL AND past_below >= past_from AND past_below <= live_from))
) STRICT;
CREATE UNIQUE INDEX mailboxes_name ON mailboxes (account_id, name);

CREATE TABLE refused_logins (
    account_id INTEGER NOT NULL REFERENCES accounts (id),        -- of which account
    at_server  TEXT NOT NULL CHECK (at_server IN ('reading', 'sending')), -- which of the two servers
    login      BLOB NOT NULL CHECK (length(login) = 32),         -- keyed hash of servers, name and password
    times      INTEGER NOT NULL CHECK (times > 0),               -- refusals since it last accepted a login
    last_at    INTEGER NOT NULL,                                 -- the last of them
    PRIMARY KEY (account_id, at_server)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetched_octets (
    account_id INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id), -- from which account
    day        INTEGER NOT NULL,                                 -- the beginning of the last day, UTC, on which any of the past was fetched
    octets     INTEGER NOT NULL CHECK (octets >= 0)              -- how much of it was; only servers that mind are counted
) STRICT;

CREATE TABLE fetch_tries (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),      -- in which account
    mailbox_id   INTEGER NOT NULL REFERENCES mailboxes (id),     -- where
    uid_validity INTEGER NOT NULL,                               -- under which numbering
    uid          INTEGER NOT NULL,                               -- which message made trouble
    tries        INTEGER NOT NULL CHECK (tries > 0),             -- counted before each try
    PRIMARY KEY (mailbox_id, uid_validity, uid)
) STRICT;

CREATE TABLE renumberings (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,                -- nothing refers to it
    account_id INTEGER NOT NULL REFERENCES accounts (id),        -- in which account
    mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),       -- which mailbox
    at         INTEGER NOT NULL                                  -- when its UIDs got a new meaning
) STRICT;
CREATE INDEX renumberings_mailbox ON renumberings (mailbox_id, at);

-- What the look back has picked out by its headers and not read yet; a row goes when it was read.
CREATE TABLE backlog (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),      -- in which account
    mailbox_id   INTEGER NOT NULL REFERENCES mailboxes (id),     -- where it lies
    uid_validity INTEGER NOT NULL,                               -- under which numbering
    uid          INTEGER NOT NULL,                               -- its number there
    arrived_at   INTEGER NOT NULL,                               -- the server's arrival time; the newest are read first
    tries        INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),  -- counted before each try
    PRIMARY KEY (mailbox_id, uid_validity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX backlog_newest ON backlog (account_id, arrived_at);

CREATE TABLE employers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,               -- EmployerId
    account_id INTEGER NOT NULL REFERENCES accounts (id),       -- owner
    name       TEXT NOT NULL,                                   -- as shown to the user
    domain     TEXT CHECK (domain <> ''),                       -- registrable domain, lower case; NULL behind a relay
    country    TEXT                                             -- ISO 3166, subdivision allowed; NULL if not recorded
) STRICT;
CREATE UNIQUE INDEX employers_domain ON employers (account_id, domain) WHERE domain IS NOT NULL;
CREATE UNIQUE INDEX employers_name ON employers (account_id, name COLLATE NOCASE) WHERE domain IS NULL;

CREATE TABLE applications (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,              -- ApplicationId
    account_id  INTEGER NOT NULL REFERENCES accounts (id),      -- owner
    employer_id INTEGER NOT NULL REFERENCES employers (id),     -- to whom
    readable_id TEXT NOT NULL,                                  -- the code a person types: ACME-1
    recorded_at INTEGER NOT NULL                                -- when it came into the record; what happened in it may be older
) STRICT;
CREATE UNIQUE INDEX applications_readable_id ON applications (account_id, readable_id);
CREATE UNIQUE INDEX applications_employer ON applications (id, employer_id);

-- Older mail of the employer was searched for there.
CREATE TABLE looked_back (
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- in which account
    mailbox_id     INTEGER NOT NULL REFERENCES mailboxes (id),    -- in which mailbox of it
    application_id INTEGER NOT NULL REFERENCES applications (id), -- for which application
    PRIMARY KEY (application_id, mailbox_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,            -- MessageKey
    account_id    INTEGER NOT NULL REFERENCES accounts (id),    -- owner
    held_by       INTEGER NOT NULL REFERENCES accounts (id),    -- the account whose conversation it is; a copy may lie in others
    identity      BLOB NOT NULL CHECK (length(identity) = 32),  -- hash of the content identity; a Message-ID alone is none
    message_id    TEXT CHECK (message_id <> ''),                -- NULL if the message has none
    provider_id   TEXT CHECK (provider_id <> ''),               -- X-GM-MSGID or EMAILID
    thread_id     TEXT CHECK (thread_id <> ''),                 -- number of the account, and X-GM-THRID or THREADID there
    direction     TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing', 'own')), -- which way it went
    from_name     TEXT,                                         -- display name of the one sender
    from_address  TEXT,                                         -- address of the one sender; NULL if there is not exactly one
    reply_to      TEXT,                                         -- where it wants to be answered, if that is another address
    subject       TEXT NOT NULL,                                -- decoded
    date_at       INTEGER,                                      -- the Date header; shown, never waited for
    date_offset   INTEGER,                                      -- its offset in seconds east of Greenwich
    arrived_at    INTEGER,                                      -- the server's arrival time
    first_seen_at INTEGER NOT NULL,                             -- when we saw it first
    automatic     TEXT CHECK (automatic IN ('out_of_office', 'receipt', 'bounce', 'bulk', 'other')), -- NULL: a person wrote it
    kind          TEXT NOT NULL CHECK (kind IN ('receipt', 'interview', 'assessment', 'question', 'status', 'rejection', 'offer', 'outreach', 'alert', 'other')), -- what it is about
    decided_by    TEXT CHECK (decided_by <> ''),                -- the few words of it that decided that; NULL if none did
    CHECK ((date_at IS NULL) = (date_offset IS NULL))
) STRICT;
CREATE UNIQUE INDEX messages_identity ON messages (account_id, identity);
CREATE INDEX messages_thread ON messages (account_id, thread_id) WHERE thread_id IS NOT NULL;

CREATE TABLE message_ids (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),      -- owner
    message_key INTEGER NOT NULL REFERENCES messages (id),      -- whose id
    message_id  TEXT NOT NULL CHECK (message_id <> ''),         -- ours, the provider's, a former one; messages may share one
    PRIMARY KEY (message_key, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_ids_id ON message_ids (account_id, message_id);

CREATE TABLE message_locations (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),     -- in which account
    mailbox_id   INTEGER NOT NULL REFERENCES mailboxes (id),    -- where it lies
    uid_validity INTEGER NOT NULL,                              -- epoch of the UID; a UID alone is never a key
    uid          INTEGER NOT NULL,                              -- its number there
    message_key  INTEGER NOT NULL REFERENCES messages (id),     -- what lies there
    is_draft     INTEGER NOT NULL CHECK (is_draft IN (0, 1)),   -- an unsent draft there
    is_sent      INTEGER NOT NULL CHECK (is_sent IN (0, 1)),    -- sent mail by its label, in a mailbox that holds everything
    PRIMARY KEY (mailbox_id, uid_validity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_locations_message ON message_locations (message_key);

CREATE TABLE message_applications (
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- owner
    message_key    INTEGER NOT NULL REFERENCES messages (id),     -- which message
    application_id INTEGER NOT NULL REFERENCES applications (id), -- belongs to which application
    strength       TEXT NOT NULL CHECK (strength IN ('strong', 'weak')), -- weak may stop a follow-up, never start or count one
    matched_by     TEXT NOT NULL CHECK (matched_by IN ('user', 'opened', 'reference', 'thread', 'person', 'employer', 'weak')), -- the rule that tied the two
    CHECK ((strength = 'weak') = (matched_by = 'weak')),
    PRIMARY KEY (message_key, application_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_applications_application ON message_applications (application_id);

-- The user's word: this message, and its thread, is not about this application.
CREATE TABLE denials (
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- owner
    message_key    INTEGER NOT NULL REFERENCES messages (id),     -- which message
    application_id INTEGER NOT NULL REFERENCES applications (id), -- is not about which application
    PRIMARY KEY (message_key, application_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX denials_application ON denials (application_id);

CREATE TABLE seen (
    account_id INTEGER NOT NULL REFERENCES accounts (id),       -- owner
    hash       INTEGER NOT NULL,                                -- keyed hash of the identity of mail that is none of our business
    PRIMARY KEY (account_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE replies (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,            -- the key of a reply; numbers of their own, not those of messages
    account_id    INTEGER NOT NULL REFERENCES accounts (id),    -- owner
    identity      BLOB NOT NULL CHECK (length(identity) = 32),  -- hash of the content identity: a reply is obeyed once
    message_id    TEXT CHECK (message_id <> ''),                -- NULL if it has none
    first_seen_at INTEGER NOT NULL,                             -- when we saw it first
    in_sent       INTEGER NOT NULL CHECK (in_sent IN (0, 1)),   -- whether it was found in the user's Sent mailbox
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'obeyed', 'refused', 'ignored')), -- what became of it
    reason        TEXT                                          -- why it was refused or ignored
) STRICT;
CREATE UNIQUE INDEX replies_identity ON replies (account_id, identity);
CREATE INDEX replies_waiting ON replies (account_id) WHERE state = 'waiting';

-- Filled only by the function that forgets an application, and empty again when it is done.
CREATE TABLE forgetting (
    application_id INTEGER PRIMARY KEY,                         -- whose rows may be removed now
    account_id     INTEGER NOT NULL REFERENCES accounts (id)    -- owner
) STRICT;

-- Filled only by the function that removes old texts, and empty again when it is done.
CREATE TABLE removing_texts (
    application_id INTEGER PRIMARY KEY REFERENCES applications (id), -- whose texts may be removed now
    account_id     INTEGER NOT NULL REFERENCES accounts (id)         -- owner
) STRICT;

-- Applications that ended so long ago that their texts were removed. The rows of all else stay.
CREATE TABLE texts_removed (
    application_id INTEGER PRIMARY KEY REFERENCES applications (id), -- whose
    account_id     INTEGER NOT NULL REFERENCES accounts (id),        -- owner
    at             INTEGER NOT NULL                                  -- when, last
) STRICT;

-- The list of kinds is closed in the code (fact_record.rs): a new kind must not rewrite the ledger.
CREATE TABLE events (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,            -- EventId; grows, never reused
    account_id        INTEGER NOT NULL REFERENCES accounts (id),    -- owner
    application_id    INTEGER NOT NULL REFERENCES applications (id), -- about which application
    at                INTEGER NOT NULL,                             -- when it happened
    live              INTEGER NOT NULL CHECK (live IN (0, 1)),      -- 0: found by looking back, ordered by time; 1: by number
    kind              TEXT NOT NULL CHECK (kind <> ''),             -- name of the fact
    payload           TEXT NOT NULL CHECK (json_type(payload) = 'object'), -- its fields
    source_kind       TEXT NOT NULL CHECK (source_kind IN ('message', 'reply', 'command_line', 'service')), -- where it comes from
    source_message_id INTEGER REFERENCES messages (id),             -- the message that says so
    source_reply_id   INTEGER REFERENCES replies (id),              -- the user's reply that says so
    CHECK ((source_kind = 'message') = (source_message_id IS NOT NULL)),
    CHECK ((source_kind = 'reply') = (source_reply_id IS NOT NULL))
) STRICT;
CREATE INDEX events_application ON events (application_id, id);
CREATE INDEX events_offers ON events (account_id, application_id) WHERE kind IN ('offer_received', 'offer_accepted');
CREATE INDEX events_source_message ON events (source_message_id) WHERE source_message_id IS NOT NULL;
CREATE INDEX events_source_reply ON events (source_reply_id) WHERE source_reply_id IS NOT NULL;
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
WHEN NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id OR NEW.application_id IS NOT OLD.application_id
  OR NEW.at IS NOT OLD.at OR NEW.live IS NOT OLD.live OR NEW.kind IS NOT OLD.kind OR NEW.source_kind IS NOT OLD.source_kind
  OR NEW.source_message_id IS NOT OLD.source_message_id OR NEW.source_reply_id IS NOT OLD.source_reply_id
  OR NOT EXISTS (SELECT 1 FROM removing_texts WHERE application_id = OLD.application_id)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- Where that is allowed a text may become empty, and a list of names. Every other field stays.
CREATE TRIGGER events_only_lose_texts BEFORE UPDATE OF payload ON events
WHEN EXISTS (SELECT 1 FROM json_tree(NEW.payload) n WHERE n.atom <> ''
    AND NOT EXISTS (SELECT 1 FROM json_tree(OLD.payload) o
      WHERE o.fullkey = n.fullkey AND o.type = n.type AND o.atom = n.atom))
  OR EXISTS (SELECT 1 FROM json_tree(OLD.payload) o WHERE o.atom IS NOT NULL
    AND NOT (o.key IN ('text', 'sentence', 'reading', 'summary', 'subject')
      OR o.fullkey = '$.contact.name' OR o.path = '$.names')
    AND NOT EXISTS (SELECT 1 FROM json_tree(NEW.payload) n
      WHERE n.fullkey = o.fullkey AND n.type = o.type AND n.atom = o.atom))
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE application_id = OLD.application_id)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE pursuits (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,             -- PursuitId
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- owner
    application_id INTEGER NOT NULL REFERENCES applications (id), -- of which application
    basis          TEXT NOT NULL CHECK (basis <> ''),             -- what opened it: the interview or the answer
    opened_at      INTEGER NOT NULL                               -- when it was opened
) STRICT;
CREATE UNIQUE INDEX pursuits_basis ON pursuits (application_id, basis);
CREATE UNIQUE INDEX pursuits_application ON pursuits (id, application_id);

CREATE TABLE drafts (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,             -- DraftId
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- owner
    application_id INTEGER NOT NULL,                              -- about which application
    pursuit_id     INTEGER NOT NULL,                              -- of which pursuit
    kind           TEXT NOT NULL CHECK (kind IN ('attempt', 'offer_notice', 'thank_you', 'closing_note')), -- what it is for
    number         INTEGER CHECK (number IN (1, 2)),              -- first or second attempt, there is no third; NULL for other kinds
    version        INTEGER NOT NULL CHECK (version >= 1),         -- grows with every change of the words
    from_name      TEXT,                                          -- display name of the sender
    from_address   TEXT NOT NULL,                                 -- the user's address
    to_name        TEXT,                                          -- display name of the recipient
    to_address     TEXT NOT NULL,                                 -- the one recipient
    subject        TEXT NOT NULL,                                 -- exact words
    body           TEXT NOT NULL,                                 -- exact words, lines end with LF
    in_reply_to    TEXT,                                          -- the message it answers
    refs           TEXT NOT NULL CHECK (json_type(refs) = 'array'), -- References, oldest first
    message_id     TEXT NOT NULL CHECK (message_id <> ''),        -- the id it will be sent with
    state          TEXT NOT NULL CHECK (state IN ('prepared', 'asked', 'approved', 'claimed', 'sent', 'refused', 'in_doubt', 'withdrawn', 'lapsed', 'skipped')), -- see claims.rs
    send_at        INTEGER NOT NULL,                              -- earliest moment of sending
    created_at     INTEGER NOT NULL,                              -- when it was written
    CHECK ((kind = 'attempt') = (number IS NOT NULL)),
    FOREIGN KEY (pursuit_id, application_id) REFERENCES pursuits (id, application_id)
) STRICT;
CREATE UNIQUE INDEX drafts_message_id ON drafts (account_id, message_id);
CREATE UNIQUE INDEX drafts_open ON drafts (application_id) WHERE state IN ('prepared', 'asked', 'approved', 'claimed', 'in_doubt');
CREATE UNIQUE INDEX drafts_kind ON drafts (id, application_id, pursuit_id, kind);
CREATE UNIQUE INDEX drafts_number ON drafts (id, number);
CREATE INDEX drafts_application ON drafts (application_id);
CREATE TRIGGER drafts_begin_prepared BEFORE INSERT ON drafts WHEN NEW.state <> 'prepared'
BEGIN SELECT RAISE(ABORT, 'a draft begins as prepared'); END;
CREATE TRIGGER drafts_words_never_change BEFORE UPDATE ON drafts
WHEN NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id OR NEW.application_id IS NOT OLD.application_id
  OR NEW.pursuit_id IS NOT OLD.pursuit_id OR NEW.kind IS NOT OLD.kind OR NEW.number IS NOT OLD.number OR NEW.version IS NOT OLD.version
  OR NEW.from_address IS NOT OLD.from_address OR NEW.to_address IS NOT OLD.to_address OR NEW.in_reply_to IS NOT OLD.in_reply_to
  OR NEW.refs IS NOT OLD.refs OR NEW.message_id IS NOT OLD.message_id OR NEW.created_at IS NOT OLD.created_at
  OR ((NEW.from_name IS NOT OLD.from_name OR NEW.to_name IS NOT OLD.to_name OR NEW.subject IS NOT OLD.subject OR NEW.body IS NOT OLD.body)
    AND NOT (NEW.from_name IS NULL AND NEW.to_name IS NULL AND NEW.subject = '' AND NEW.body = ''
      AND OLD.state IN ('sent', 'refused', 'withdrawn', 'lapsed', 'skipped')
      AND EXISTS (SELECT 1 FROM removing_texts WHERE application_id = OLD.application_id)))
BEGIN SELECT RAISE(ABORT, 'the words of a draft never change'); END;
CREATE TRIGGER drafts_move_forward BEFORE UPDATE OF state ON drafts
WHEN (OLD.state || '>' || NEW.state) NOT IN (
    'prepared>asked', 'prepared>withdrawn', 'prepared>lapsed', 'prepared>skipped',
    'asked>approved', 'asked>withdrawn', 'asked>lapsed', 'asked>skipped',
    'approved>claimed', 'approved>withdrawn', 'approved>lapsed', 'approved>skipped',
    'claimed>approved', 'claimed>sent', 'claimed>refused', 'claimed>in_doubt',
    'in_doubt>sent', 'in_doubt>refused')
BEGIN SELECT RAISE(ABORT, 'a draft moves forward only'); END;

CREATE TABLE sent_shapes (
    account_id INTEGER NOT NULL REFERENCES accounts (id),         -- in which account
    shape      TEXT NOT NULL,                                     -- protocols of the Received fields of a copy in Sent
    seen_at    INTEGER NOT NULL,                                  -- when the user proved it by answering the welcome mail
    PRIMARY KEY (account_id, shape)
) STRICT, WITHOUT ROWID;

CREATE TABLE approval_requests (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,                -- RequestId
    account_id  INTEGER NOT NULL REFERENCES accounts (id),        -- owner
    draft_id    INTEGER NOT NULL REFERENCES drafts (id),          -- which draft was shown
    version     INTEGER NOT NULL CHECK (version >= 1),            -- in which version
    digest      BLOB NOT NULL CHECK (length(digest) = 32),        -- digest of the words that were shown
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),   -- hash of the request's Message-ID
    ref_hash    BLOB NOT NULL CHECK (length(ref_hash) = 32),      -- hash of the ref code
    message_id  TEXT NOT NULL CHECK (message_id <> ''),           -- the mail to the user that asks
    asked_at    INTEGER NOT NULL,                                 -- when it was asked
    expires_at  INTEGER NOT NULL CHECK (expires_at > asked_at),   -- from then on an answer comes too late
    used_at     INTEGER,                                          -- when it was used; once is used up
    revoked     INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)) -- 1: the draft changed or went
) STRICT;
CREATE UNIQUE INDEX approval_requests_secret ON approval_requests (account_id, secret_hash);
CREATE UNIQUE INDEX approval_requests_ref ON approval_requests (account_id, ref_hash);
CREATE UNIQUE INDEX approval_requests_words ON approval_requests (id, draft_id, digest);
CREATE INDEX approval_requests_draft ON approval_requests (draft_id);
CREATE TRIGGER approval_requests_never_change BEFORE UPDATE ON approval_requests
WHEN NEW.draft_id IS NOT OLD.draft_id OR NEW.version IS NOT OLD.version OR NEW.digest IS NOT OLD.digest
  OR NEW.secret_hash IS NOT OLD.secret_hash OR NEW.ref_hash IS NOT OLD.ref_hash
  OR NEW.expires_at IS NOT OLD.expires_at OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at)
  OR (OLD.revoked = 1 AND (NEW.revoked = 0 OR NEW.used_at IS NOT OLD.used_at))
BEGIN SELECT RAISE(ABORT, 'an approval request never changes'); END;

CREATE TABLE approval_places (
    account_id   INTEGER NOT NULL REFERENCES accounts (id),          -- owner
    request_id   INTEGER NOT NULL REFERENCES approval_requests (id), -- before which request
    mailbox_id   INTEGER NOT NULL REFERENCES mailboxes (id),         -- a Sent mailbox
    uid_validity INTEGER NOT NULL,                                   -- epoch of its UIDs then
    uid_next     INTEGER NOT NULL,                                   -- a reply can only lie here or above
    PRIMARY KEY (request_id, mailbox_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE approvals (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,                 -- row number
    account_id INTEGER NOT NULL REFERENCES accounts (id),         -- owner
    request_id INTEGER NOT NULL,                                  -- the request that was answered; once
    draft_id   INTEGER NOT NULL,                                  -- the draft it is for
    digest     BLOB NOT NULL,                                     -- the words it is for
    reply_id   INTEGER REFERENCES replies (id),                   -- the reply; NULL for the command line
    granted_at INTEGER NOT NULL,                                  -- when
    FOREIGN KEY (request_id, draft_id, digest) REFERENCES approval_requests (id, draft_id, digest)
) STRICT;
CREATE UNIQUE INDEX approvals_request ON approvals (request_id);
CREATE UNIQUE INDEX approvals_draft ON approvals (request_id, draft_id);
CREATE TRIGGER approvals_never_change BEFORE UPDATE ON approvals
BEGIN SELECT RAISE(ABORT, 'an approval never changes'); END;
CREATE TRIGGER drafts_approved_by_the_user BEFORE UPDATE OF state ON drafts
WHEN NEW.state = 'approved' AND NOT EXISTS (SELECT 1 FROM approvals WHERE draft_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'no approval for this draft'); END;

CREATE TABLE attempts (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,             -- AttemptId
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- owner
    application_id INTEGER NOT NULL,                              -- about which application
    pursuit_id     INTEGER NOT NULL,                              -- of which pursuit
    kind           TEXT NOT NULL CHECK (kind IN ('attempt', 'offer_notice', 'thank_you', 'closing_note')), -- what it is for
    number         INTEGER CHECK (number IN (1, 2)),              -- first or second attempt, there is no third; NULL for other kinds
    employer_id    INTEGER NOT NULL,                              -- to whom; the week counts per employer
    draft_id       INTEGER NOT NULL,                              -- the words
    request_id     INTEGER NOT NULL,                              -- the approval it consumes
    state          TEXT NOT NULL CHECK (state IN ('claimed', 'handed_over', 'sent', 'refused', 'in_doubt', 'released', 'bounced')), -- see claims.rs
    claimed_at     INTEGER NOT NULL,                              -- when it was consumed
    handed_at      INTEGER,                                       -- committed before the first byte of the body leaves
    finished_at    INTEGER,                                       -- when the outcome was known
    bytes          BLOB CHECK (length(bytes) > 0),                -- exactly what is sent; NULL when its text was removed
    answer         TEXT,                                          -- what the server said
    copy_at        INTEGER,                                       -- when a copy was seen or filed in Sent
    copy_by        TEXT CHECK (copy_by IN ('provider', 'us')),    -- who filed it
    FOREIGN KEY (application_id, employer_id) REFERENCES applications (id, employer_id),
    CHECK ((kind = 'attempt') = (number IS NOT NULL)),
    FOREIGN KEY (draft_id, application_id, pursuit_id, kind) REFERENCES drafts (id, application_id, pursuit_id, kind),
    FOREIGN KEY (draft_id, number) REFERENCES drafts (id, number),
    FOREIGN KEY (request_id, draft_id) REFERENCES approvals (request_id, draft_id)
) STRICT;
CREATE UNIQUE INDEX attempts_number ON attempts (pursuit_id, kind, ifnull(number, 0)) WHERE state NOT IN ('refused', 'released', 'bounced');
CREATE UNIQUE INDEX attempts_offer_notice ON attempts (employer_id) WHERE kind = 'offer_notice' AND state NOT IN ('refused', 'released');
CREATE UNIQUE INDEX attempts_draft ON attempts (draft_id) WHERE state NOT IN ('refused', 'released', 'bounced');
CREATE UNIQUE INDEX attempts_approval ON attempts (request_id) WHERE state <> 'released';
CREATE INDEX attempts_employer ON attempts (employer_id, claimed_at);
CREATE INDEX attempts_day ON attempts (account_id, claimed_at);
CREATE TRIGGER attempts_begin_claimed BEFORE INSERT ON attempts
WHEN NEW.state <> 'claimed' OR NEW.bytes IS NULL
  OR NOT EXISTS (SELECT 1 FROM drafts WHERE id = NEW.draft_id AND state = 'approved')
BEGIN SELECT RAISE(ABORT, 'only an approved draft is claimed'); END;
CREATE TRIGGER attempts_never_change BEFORE UPDATE ON attempts
WHEN NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id OR NEW.application_id IS NOT OLD.application_id
  OR NEW.pursuit_id IS NOT OLD.pursuit_id OR NEW.kind IS NOT OLD.kind OR NEW.number IS NOT OLD.number OR NEW.employer_id IS NOT OLD.employer_id
  OR NEW.draft_id IS NOT OLD.draft_id OR NEW.request_id IS NOT OLD.request_id
  OR NEW.claimed_at IS NOT OLD.claimed_at
  OR (NEW.bytes IS NOT OLD.bytes
    AND NOT (NEW.bytes IS NULL AND OLD.state IN ('sent', 'refused', 'released', 'bounced')
      AND EXISTS (SELECT 1 FROM removing_texts WHERE application_id = OLD.application_id)))
BEGIN SELECT RAISE(ABORT, 'a claim never changes'); END;
CREATE TRIGGER attempts_move_forward BEFORE UPDATE OF state ON attempts
WHEN (OLD.state || '>' || NEW.state) NOT IN (
    'claimed>handed_over', 'claimed>refused', 'claimed>released',
    'handed_over>sent', 'handed_over>refused', 'handed_over>in_doubt',
    'in_doubt>sent', 'in_doubt>refused', 'in_doubt>bounced', 'sent>bounced')
BEGIN SELECT RAISE(ABORT, 'an attempt moves forward only'); END;
CREATE TRIGGER attempts_never_go BEFORE DELETE ON attempts
WHEN NOT EXISTS (SELECT 1 FROM forgetting WHERE application_id = OLD.application_id)
BEGIN SELECT RAISE(ABORT, 'an attempt is never removed'); END;
CREATE TRIGGER drafts_claimed_by_an_attempt BEFORE UPDATE OF state ON drafts
WHEN NEW.state = 'claimed' AND NOT EXISTS (SELECT 1 FROM attempts WHERE draft_id = NEW.id AND state = 'claimed')
BEGIN SELECT RAISE(ABORT, 'no claim for this draft'); END;

CREATE TABLE attempt_checks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,                 -- in the order in which they were made
    account_id INTEGER NOT NULL REFERENCES accounts (id),         -- owner
    attempt_id INTEGER NOT NULL REFERENCES attempts (id),         -- before which attempt left
    at         INTEGER NOT NULL,                                  -- when it was checked
    what       TEXT NOT NULL CHECK (what <> '')                   -- what was looked at, and what it showed
) STRICT;
CREATE INDEX attempt_checks_attempt ON attempt_checks (attempt_id);
CREATE TRIGGER attempt_checks_never_change BEFORE UPDATE ON attempt_checks
WHEN NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id OR NEW.attempt_id IS NOT OLD.attempt_id OR NEW.at IS NOT OLD.at
  OR NEW.what <> 'E01' OR substr(OLD.what, 1, 4) <> 'E01:'
  OR NOT EXISTS (SELECT 1 FROM removing_texts r JOIN attempts t ON t.application_id = r.application_id WHERE t.id = OLD.attempt_id)
BEGIN SELECT RAISE(ABORT, 'a check never changes'); END;

CREATE TABLE quota_stops (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,                 -- row number
    account_id INTEGER NOT NULL REFERENCES accounts (id),         -- of which account
    at         INTEGER NOT NULL,                                  -- when the provider said that it was enough
    until      INTEGER NOT NULL CHECK (until > at),               -- nothing is handed in before
    answer     TEXT NOT NULL                                      -- in which words
) STRICT;

CREATE TABLE blind_times (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,                 -- row number
    account_id INTEGER NOT NULL REFERENCES accounts (id),         -- which account could not be read
    since      INTEGER NOT NULL,                                  -- the last look that saw everything
    until      INTEGER CHECK (until >= since),                    -- the next one; NULL: not yet
    cause      TEXT NOT NULL                                      -- why the first look failed
) STRICT;
CREATE UNIQUE INDEX blind_times_open ON blind_times (account_id) WHERE until IS NULL;

CREATE TABLE contacts_made (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),        -- owner
    employer_id INTEGER NOT NULL REFERENCES employers (id),       -- whom the user contacted
    at          INTEGER NOT NULL,                                 -- when; counts for the week, hand-written mail and calls too
    PRIMARY KEY (employer_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_mails (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,             -- UserMailId
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- owner, and the one recipient
    key            TEXT NOT NULL CHECK (key <> ''),               -- two mails with one key are one mail
    kind           TEXT NOT NULL CHECK (kind IN ('approval-request', 'question', 'receipt', 'summary', 'alert', 'welcome')), -- X-Afterword-Kind
    subject        TEXT NOT NULL,                                 -- exact words
    body           TEXT NOT NULL,                                 -- text/plain, lines end with LF
    pictures       TEXT NOT NULL,                                 -- HTML of our own for the twin; often empty
    message_id     TEXT NOT NULL CHECK (message_id <> ''),        -- the id it is sent with
    in_reply_to    TEXT,                                          -- the user's mail it answers
    application_id INTEGER REFERENCES applications (id),          -- which application it is about; NULL: several or none
    state          TEXT NOT NULL CHECK (state IN ('queued', 'handed_over', 'sent')), -- how far it is
    created_at     INTEGER NOT NULL,                              -- when it was queued
    handed_at      INTEGER,                                       -- when its sending began
    sent_at        INTEGER,                                       -- when the server took it
    not_before     INTEGER NOT NULL DEFAULT 0,                    -- a mail that was not taken waits until then
    returned_at    INTEGER                                        -- when a mail server reported that it did not arrive
) STRICT;
CREATE UNIQUE INDEX user_mails_key ON user_mails (account_id, key);
CREATE UNIQUE INDEX user_mails_message_id ON user_mails (account_id, message_id);
CREATE INDEX user_mails_unsent ON user_mails (account_id, id) WHERE state <> 'sent';

CREATE TABLE questions (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,             -- QuestionId
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- who is asked
    kind           TEXT NOT NULL CHECK (kind IN ('match', 'interview', 'close_others', 'evening', 'summary')), -- what is asked
    application_id INTEGER REFERENCES applications (id),          -- about which application; NULL: that is the question
    about_message  INTEGER REFERENCES messages (id),              -- the message it is about
    mail           TEXT CHECK (mail <> ''),                       -- Message-ID of the mail that asks; NULL before it is asked
    ref_hash       BLOB CHECK (length(ref_hash) = 32),            -- hash of the ref code in it
    created_at     INTEGER NOT NULL,                              -- when it came up
    asked_at       INTEGER,                                       -- when it was asked
    answered_at    INTEGER,                                       -- when it was answered last
    CHECK ((mail IS NULL) = (asked_at IS NULL) AND (ref_hash IS NULL) = (asked_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX questions_mail ON questions (account_id, mail) WHERE mail IS NOT NULL;
CREATE UNIQUE INDEX questions_ref ON questions (account_id, ref_hash) WHERE ref_hash IS NOT NULL;
CREATE INDEX questions_message ON questions (about_message) WHERE about_message IS NOT NULL;
CREATE INDEX questions_application ON questions (application_id) WHERE application_id IS NOT NULL;

CREATE TABLE choices (
    account_id     INTEGER NOT NULL REFERENCES accounts (id),     -- owner
    question_id    INTEGER NOT NULL REFERENCES questions (id),    -- of which question
    number         INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99), -- what the user types
    application_id INTEGER NOT NULL REFERENCES applications (id), -- for which application
    facts          TEXT NOT NULL CHECK (json_type(facts) = 'array'), -- what it would record
    PRIMARY KEY (question_id, number, application_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX choices_application ON choices (application_id);

CREATE TABLE pauses (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,                 -- the last row counts
    account_id INTEGER NOT NULL REFERENCES accounts (id),         -- owner
    at         INTEGER NOT NULL,                                  -- when it was said
    until      INTEGER,                                           -- end of the pause; NULL: until resumed
    resumed    INTEGER NOT NULL CHECK (resumed IN (0, 1)),        -- 1: everything goes on from here
    CHECK (resumed = 0 OR until IS NULL)
) STRICT;
CREATE TRIGGER pauses_never_change BEFORE UPDATE ON pauses
BEGIN SELECT RAISE(ABORT, 'pauses are append-only'); END;
CREATE TRIGGER pauses_never_go BEFORE DELETE ON pauses
BEGIN SELECT RAISE(ABORT, 'pauses are append-only'); END;
