// An SMSC: SMPP 3.4 by the npm package smpp, and a small HTTP interface to look at it and to disturb it.
// The last four digits of a number say what becomes of an SMS to it, as in demo/carriers/behaviour.py:
// 0001 no receipt; 0002 it fails; 0003 throttled once; 0005 the receipt comes before the answer; 0006 the line breaks once
// instead of an answer; 0007 refused.
"use strict";
const http = require("http");
const smpp = require("smpp");

const [port, httpPort] = process.argv.slice(2).map(Number);
const messages = [];
const met = new Set();
const sessions = new Set();
let binds = 0;
let links = 0;
let numbers = 0;

const once = (what, phone) => !met.has(what + phone) && Boolean(met.add(what + phone));

function receipt(session, pdu, id, stat, state) {
  const words = `id:${id} sub:001 dlvrd:001 submit date:2611260000 done date:2611260000 stat:${stat} err:${stat === "DELIVRD" ? "000" : "011"} text:`;
  session.deliver_sm({
    source_addr: pdu.destination_addr, destination_addr: pdu.source_addr,
    esm_class: 0x04, short_message: words, ...(state ? { receipted_message_id: id, message_state: state } : {}),
  });
}

function submit(session, pdu) {
  const phone = "+" + pdu.destination_addr;
  const kind = phone.slice(-4);
  const answer = (command_status, message_id = "") => session.send(pdu.response({ command_status, message_id }));
  if (kind === "0003" && once("throttled", phone)) return answer(smpp.ESME_RTHROTTLED);
  if (kind === "0007") return answer(smpp.ESME_RINVDSTADR);
  const id = `op-${++numbers}`;
  const udh = pdu.short_message.udh;
  messages.push({
    id, phone, sender: pdu.source_addr, text: pdu.short_message.message, coding: pdu.data_coding,
    receipt: pdu.registered_delivery, ton: [pdu.source_addr_ton, pdu.dest_addr_ton],
    part: udh && udh.length ? [...Buffer.from(udh[0] && udh[0].length ? udh[0] : udh)] : null,
  });
  if (kind === "0006" && once("broken", phone)) return session.socket.destroy();
  if (kind === "0005") receipt(session, pdu, id, "DELIVRD");
  answer(0, id);
  if (kind === "0002") receipt(session, pdu, id, "UNDELIV", 5);
  else if (!["0001", "0005"].includes(kind)) receipt(session, pdu, id, "DELIVRD", numbers % 2 ? 2 : 0);
}

smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("close", () => sessions.delete(session));
  session.on("bind_transceiver", (pdu) => {
    if (pdu.password !== "secret") {
      session.send(pdu.response({ command_status: smpp.ESME_RBINDFAIL }));
      return session.close();
    }
    binds += 1;
    sessions.add(session);
    session.send(pdu.response({ system_id: "SMSC" }));
  });
  session.on("submit_sm", (pdu) => submit(session, pdu));
  session.on("enquire_link", (pdu) => { links += 1; session.send(pdu.response()); });
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
}).listen(port, "127.0.0.1");

// A family writes: {from, to, text, parts: [text, …]}; several parts are joined by a user data header.
function write(given, done) {
  const [session] = sessions;
  if (!session) return done(503);
  const parts = given.parts || [given.text];
  const order = given.order || parts.map((_, place) => place);
  let left = order.length;
  for (const place of order) {
    const udh = Buffer.from([0x05, 0x00, 0x03, given.reference || 7, parts.length, place + 1]);
    session.deliver_sm({
      source_addr: given.from.slice(1), destination_addr: given.to || "RABTA", esm_class: parts.length > 1 ? 0x40 : 0,
      data_coding: given.coding === undefined ? 8 : given.coding,
      short_message: parts.length > 1 ? { udh, message: parts[place] } : parts[place],
    }, (answer) => { left -= 1; if (!left) done(answer.command_status === 0 ? 200 : 500); });
  }
}

http.createServer((request, response) => {
  const say = (status, body) => { response.writeHead(status, { "Content-Type": "application/json" }); response.end(JSON.stringify(body)); };
  let body = "";
  request.on("data", (chunk) => { body += chunk; });
  request.on("end", () => {
    if (request.url === "/health/ready") return say(200, {});
    if (request.url === "/messages") return say(200, { messages, binds, links, bound: sessions.size });
    if (request.url === "/drop") { for (const session of sessions) session.socket.destroy(); return say(200, {}); }
    if (request.url === "/unbind") { for (const session of sessions) session.unbind(); return say(200, {}); }
    if (request.url === "/write") return write(JSON.parse(body), (status) => say(status, {}));
    return say(404, {});
  });
}).listen(httpPort, "127.0.0.1");
