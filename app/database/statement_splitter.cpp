#include "app/database/statement_splitter.h"

#include "app/database/sql_scanner.h"

namespace signalbox {

QList<Statement> splitStatements(const QString &script)
{
    const SqlScanner scanner(script);
    QList<Statement> statements;
    qsizetype start = -1;
    const auto finish = [&](qsizetype end) {
        if (start >= 0) {
            const int line = 1 + int(QStringView(script).left(start).count(QChar('\n')));
            statements.append({script.mid(start, end - start).trimmed(), line});
        }
        start = -1;
    };
    qsizetype at = 0;
    while (at < script.size()) {
        if (script.at(at) == ';') {
            finish(at++);
            continue;
        }
        if (start < 0 && !script.at(at).isSpace() && !scanner.startsComment(at))
            start = at;
        at = scanner.next(at);
    }
    finish(script.size());
    return statements;
}

} // namespace signalbox
