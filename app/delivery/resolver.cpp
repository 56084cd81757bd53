#include "app/delivery/resolver.h"

#include <QHostInfo>

namespace signalbox {

void SystemResolver::resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply)
{
    QHostInfo::lookupHost(name, context, [name, reply = std::move(reply)](const QHostInfo &info) {
        if (info.error() != QHostInfo::NoError || info.addresses().isEmpty())
            reply(fail(QStringLiteral("resolve ") + name, info.errorString()));
        else
            reply(info.addresses());
    });
}

} // namespace signalbox
