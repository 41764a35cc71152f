"""Phrases of fraud, by language. No single words, because those occur in half of all ordinary mail."""

import re
from functools import cache
from typing import Literal, NamedTuple

Theme = Literal["urgency", "credentials", "payment", "prize", "threat"]

_PHRASES: dict[Theme, tuple[str, ...]] = {
    "urgency": (
        "act now", "immediately", "within 24 hours", "within 48 hours", "urgent action", "final notice",
        "last warning",
        "will be suspended", "has been suspended", "will be closed", "has been limited", "expires today",
        "sofort handeln", "unverzüglich", "innerhalb von 24 stunden", "letzte mahnung", "wird gesperrt",
        "wurde gesperrt",
        "agissez maintenant", "immédiatement", "sous 24 heures", "sera suspendu", "a été suspendu", "dernier rappel",
        "actúe ahora", "inmediatamente", "en 24 horas", "será suspendida", "ha sido suspendida", "último aviso",
        "agisci subito", "immediatamente", "entro 24 ore", "verrà sospeso", "è stato sospeso", "ultimo avviso",
        "aja agora", "imediatamente", "dentro de 24 horas", "será suspensa", "foi suspensa",
        "onmiddellijk", "binnen 24 uur", "wordt geblokkeerd", "is geblokkeerd",
        "natychmiast", "w ciągu 24 godzin", "zostanie zablokowane", "zostało zablokowane",
        "немедленно", "срочно", "в течение 24 часов", "будет заблокирован", "заблокирован",
        "至急", "24時間以内", "停止されました", "制限されました", "直ちに",
        "立即", "24小时内", "已被冻结", "将被停用",
    ),
    "credentials": (
        "verify your account", "confirm your account", "confirm your password", "verify your identity",
        "update your password",
        "reset your password", "log in to your account", "login details", "your password expires",
        "validate your mailbox",
        "konto bestätigen", "passwort bestätigen", "identität bestätigen", "zugangsdaten", "loggen sie sich ein",
        "confirmez votre compte", "vérifiez votre compte", "votre mot de passe", "vos identifiants",
        "verifique su cuenta", "confirme su cuenta", "confirme su contraseña", "su contraseña",
        "verifica il tuo account", "conferma la tua password", "le tue credenziali",
        "verifique sua conta", "confirme sua senha",
        "bevestig uw account", "uw wachtwoord", "inloggegevens",
        "potwierdź swoje konto", "swoje hasło", "dane logowania",
        "подтвердите ваш аккаунт", "подтвердите свой аккаунт", "подтвердите пароль", "подтвердите ваш пароль",
        "учётные данные",
        "アカウントを確認", "パスワードを確認", "本人確認", "ログイン情報",
        "验证您的帐户", "验证您的账户", "确认您的密码",
    ),
    "payment": (
        "wire transfer", "bank transfer", "gift card", "gift cards", "bitcoin", "outstanding invoice",
        "overdue invoice",
        "new bank details", "changed our bank", "payment details", "western union",
        "überweisung", "offene rechnung", "neue bankverbindung", "geschenkkarte", "geschenkkarten",
        "virement bancaire", "facture impayée", "nouvelles coordonnées bancaires", "carte cadeau",
        "transferencia bancaria", "factura pendiente", "tarjeta de regalo",
        "bonifico bancario", "fattura in sospeso", "transferência bancária", "fatura em atraso",
        "overschrijving", "openstaande factuur", "przelew bankowy", "zaległa faktura",
        "банковский перевод", "неоплаченный счёт", "подарочная карта", "биткоин",
        "銀行振込", "未払い請求", "ギフトカード", "电汇", "礼品卡", "逾期发票",
    ),
    "prize": (
        "you have won", "you won", "claim your prize", "lottery winner", "inheritance", "million dollars",
        "congratulations! you",
        "sie haben gewonnen", "gewinn anfordern", "erbschaft", "vous avez gagné", "réclamez votre prix", "héritage",
        "ha ganado", "reclame su premio", "herencia", "hai vinto", "eredità", "você ganhou", "u heeft gewonnen",
        "wygrałeś", "spadek po", "вы выиграли", "ваш выигрыш", "наследство",
        "当選しました", "賞金", "恭喜您中奖", "遗产",
    ),
    "threat": (
        "recorded you", "your webcam", "i have access to your", "send to all your contacts",
        "legal action against you",
        "habe dich aufgenommen", "deine webcam", "rechtliche schritte", "j'ai piraté", "votre webcam",
        "poursuites judiciaires",
        "tu cámara web", "acciones legales", "la tua webcam", "azioni legali",
        "вашу веб-камеру", "записал вас", "судебный иск", "ウェブカメラ", "法的措置", "您的摄像头",
    ),
}  # fmt: skip

THEMES: tuple[Theme, ...] = ("urgency", "credentials", "payment", "prize", "threat")


class Match(NamedTuple):
    theme: Theme
    phrase: str


@cache
def _folded() -> dict[Theme, tuple[str, ...]]:
    return {theme: tuple(phrase.casefold() for phrase in phrases) for theme, phrases in _PHRASES.items()}


def _bounded(phrase: str) -> str:
    # Word boundaries only for scripts with spaces; Chinese and Japanese have none.
    return rf"\b{re.escape(phrase)}\b" if ord(phrase[0]) < 0x3000 else re.escape(phrase)


def find_phrases(text: str) -> list[Match]:
    """Each phrase once, grouped by theme, in order of first appearance."""
    flat = " ".join(text.casefold().split())
    found: list[Match] = []
    for theme in THEMES:
        # A plain search is a hundred times faster than an expression of all phrases.
        present = [phrase for phrase in _folded()[theme] if phrase in flat]
        if present:
            pattern = re.compile("|".join(_bounded(phrase) for phrase in present))
            found.extend(Match(theme, phrase) for phrase in dict.fromkeys(pattern.findall(flat)))
    return found
