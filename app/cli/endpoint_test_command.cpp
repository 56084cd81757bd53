#include "app/cli/command_database.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/cli/wait_for.h"
#include "app/database/pg_delivery_queue.h"
#include "app/delivery/delivery_service.h"

namespace signalbox {

namespace {

QString outcomeLine(const ExchangeResult &result)
{
    QString line = result.statusCode
                       ? QStringLiteral("%1 HTTP %2").arg(outcomeName(result.outcome)).arg(*result.statusCode)
                       : outcomeName(result.outcome);
    line += QStringLiteral(" in %1 ms").arg(result.durationMs);
    for (const QString &remark : {result.error, result.note}) {
        if (!remark.isEmpty())
            line += QStringLiteral(": ") + remark;
    }
    return line;
}

CommandResult test(const CommandContext &context)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const auto proxy = chosenProxy(context.line, database->database);
    if (!proxy)
        return fail(proxy.error());
    PgDeliveryQueue queue;
    queue.setTarget(database->database.settings());
    DispatcherOptions options;
    options.proxy = *proxy;
    DeliveryService service(queue, options);
    const auto attempt = waitFor<AttemptRecord>([&](QObject *receiver, const Reply<AttemptRecord> &reply) {
        service.sendTest(*id, receiver, reply);
    });
    if (!attempt)
        return fail(attempt.error());
    printLine(outcomeLine(attempt->result));
    return attempt->result.succeeded() ? 0 : 1;
}

} // namespace

Command endpointTestCommand()
{
    return {"endpoint test",
            "ID",
            "send a test event at once; done when the answer is 2xx",
            {endpointIdOption(), proxyOption()},
            0,
            1,
            test};
}

} // namespace signalbox
