using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>Lists the public surface of an assembly as sorted text: one line per type and member, with parameter names and defaults.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly) => string.Join('\n', assembly.GetExportedTypes().SelectMany(Lines).Order(StringComparer.Ordinal)) + "\n";

    private static IEnumerable<string> Lines(Type type)
    {
        string name = FullName(type);
        yield return $"{name} : {Kind(type)}{Bases(type)}";
        foreach (MemberInfo member in type.IsEnum ? type.GetFields(BindingFlags.Public | BindingFlags.Static) : type.GetMembers(Declared))
        {
            if (Describe(type, member) is { } line && !member.IsDefined(typeof(CompilerGeneratedAttribute)))
            {
                yield return $"{name}.{line}";
            }
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum || type.IsValueType)
        {
            return "";
        }

        Type? parent = type.BaseType == typeof(object) ? null : type.BaseType;
        IEnumerable<Type> inherited = parent?.GetInterfaces() ?? [];
        string[] bases =
        [
            .. parent is null ? [] : new[] { Name(parent) },
            .. type.GetInterfaces().Except(inherited).Where(face => face.IsPublic).Select(Name).Order(StringComparer.Ordinal),
        ];
        return bases.Length == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static string? Describe(Type type, MemberInfo member) => member switch
    {
        FieldInfo { IsPublic: true } field => type.IsEnum
            ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
            : $"{field.Name} : {(field.IsLiteral ? $"const {Name(field.FieldType)} = {Literal(field.GetRawConstantValue())}" : Name(field.FieldType))}",
        ConstructorInfo constructor when IsVisible(constructor) => $"new({Parameters(constructor)}){Access(constructor)}",
        PropertyInfo property => Describe(property),
        MethodInfo { IsSpecialName: false } method when IsVisible(method) => Describe(method),
        MethodInfo { IsSpecialName: true } method when method.Name.StartsWith("op_", StringComparison.Ordinal) => Describe(method),
        _ => null,
    };

    private static string? Describe(PropertyInfo property)
    {
        MethodInfo? get = property.GetMethod is { } getter && IsVisible(getter) ? getter : null;
        MethodInfo? set = property.SetMethod is { } setter && IsVisible(setter) ? setter : null;
        if (get is null && set is null)
        {
            return null;
        }

        bool isInit = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) is true;
        string setText = set is null ? "" : $" {(isInit ? "init" : "set")}{(get is not null ? Access(set) : "")};";
        return $"{property.Name} : {Name(property.PropertyType)} {{{(get is null ? "" : " get;")}{setText} }}{Modifiers(get ?? set!)}";
    }

    private static string Describe(MethodInfo method)
    {
        string generics = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        string extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        string constraints = string.Concat(method.IsGenericMethodDefinition
            ? method.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints().Select(type => $" where {argument.Name} : {Name(type)}"))
            : []);
        return $"{method.Name}{generics}({extension}{Parameters(method)}) : {Name(method.ReturnType)}{Modifiers(method)}{constraints}";
    }

    private static string Modifiers(MethodInfo method) => (method switch
    {
        { IsStatic: true } => " static",
        { DeclaringType.IsInterface: true } => "",
        { IsAbstract: true } => " abstract",
        { IsVirtual: true, IsFinal: false } => method.GetBaseDefinition() == method ? " virtual" : " override",
        _ => "",
    }) + Access(method);

    private static bool IsVisible(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static string Access(MethodBase method) => method.IsPublic ? "" : " protected";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue)}" : "")}"));

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        Enum number => $"{number.GetType().Name}.{number}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string FullName(Type type) => $"{type.Namespace}.{Name(type)}";

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        if (!type.IsGenericType)
        {
            return Keyword(type);
        }

        string arguments = string.Join(", ", type.GetGenericArguments().Select(Name));
        return type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) is true || type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal)
            ? $"({arguments})"
            : $"{type.Name[..type.Name.IndexOf('`')]}<{arguments}>";
    }

    private static string Keyword(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => "string",
        TypeCode.Boolean => "bool",
        TypeCode.Byte => "byte",
        TypeCode.Int32 when !type.IsEnum => "int",
        TypeCode.Int64 => "long",
        TypeCode.Double => "double",
        _ => type == typeof(object) ? "object" : type == typeof(void) ? "void" : type.Name,
    };
}
