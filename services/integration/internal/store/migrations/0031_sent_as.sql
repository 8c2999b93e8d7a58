-- In what company a message was sent, for whoever asks what became of an answer; null: not sent, or before there was this.
alter table outbound_message
    add column sent_as text constraint outbound_message_sent_as_check check (sent_as in ('ALONE', 'TOGETHER', 'DIGEST'));
