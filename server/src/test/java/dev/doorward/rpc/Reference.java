package dev.doorward.rpc;

import static java.util.stream.Collectors.joining;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import dev.doorward.v1.Access;
import dev.doorward.v1.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The contract as Markdown, by what its comments say: a page for each file, by name. */
final class Reference {

  private static final String PACKAGE = "doorward.v1";
  private static final String DESCRIPTOR_SET = "/doorward/v1/doorward.binpb";
  private static final String REASON = "ErrorReason";

  private final List<FileDescriptor> files;
  private final Map<String, String> comments = new HashMap<>();

  private Reference(FileDescriptorSet set) throws DescriptorValidationException {
    Map<String, FileDescriptor> built = new LinkedHashMap<>();
    for (FileDescriptorProto file : set.getFileList()) {
      FileDescriptor[] imports =
          file.getDependencyList().stream().map(built::get).toArray(FileDescriptor[]::new);
      built.put(file.getName(), FileDescriptor.buildFrom(file, imports));
      if (file.getPackage().equals(PACKAGE)) {
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
          comments.put(key(file.getName(), location.getPathList()), location.getLeadingComments());
        }
      }
    }
    this.files = built.values().stream()
        .filter(file -> file.getPackage().equals(PACKAGE))
        .toList();
  }

  static Reference read() {
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    Access.registerAllExtensions(registry);
    try (InputStream set = Reference.class.getResourceAsStream(DESCRIPTOR_SET)) {
      return new Reference(FileDescriptorSet.parseFrom(set, registry));
    } catch (IOException | DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Text by file name. */
  Map<String, String> pages() {
    Map<String, String> pages = new TreeMap<>();
    pages.put("README.md", overview());
    files.forEach(file -> pages.put(page(file), page(file, title(file))));
    return pages;
  }

  /** The names of all RPCs, as {@code Service/Method}. */
  List<String> methods() {
    return services()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getService().getName() + "/" + method.getName())
        .toList();
  }

  /** What the comment of each reason says first: its status. */
  Map<String, String> statusOfReasons() {
    Map<String, String> statuses = new TreeMap<>();
    reasons().getValues().stream().filter(value -> value.getNumber() != 0).forEach(value -> {
      String comment = comment(value);
      statuses.put(name(value), comment.substring(0, comment.indexOf('.')));
    });
    return statuses;
  }

  private Stream<ServiceDescriptor> services() {
    return files.stream().flatMap(file -> file.getServices().stream());
  }

  private EnumDescriptor reasons() {
    return files.stream()
        .flatMap(file -> file.getEnumTypes().stream())
        .filter(type -> type.getName().equals(REASON))
        .findFirst()
        .orElseThrow();
  }

  private String overview() {
    StringBuilder page = new StringBuilder("""
        # Reference: doorward.v1

        Made from the comments of the [contract](../../proto/src/main/proto/doorward/v1). Every RPC has a call that
        works in [calls.md](calls.md).

        | RPC | what it does | who may call it |
        |---|---|---|
        """);
    services()
        .flatMap(service -> service.getMethods().stream())
        .forEach(method -> page.append("| [%s.%s](%s#%s) | %s | %s |\n"
            .formatted(
                method.getService().getName(),
                method.getName(),
                page(method.getFile()),
                anchor(method.getName()),
                cell(firstSentence(comment(method))),
                roles(method))));
    page.append("""

        Beside them: `grpc.health.v1.Health`, which answers anybody, and server reflection, in versions v1 and v1alpha.

        ## Why a call is refused

        """);
    page.append(paragraphs(comment(reasons())));
    page.append("| reason | status | what it means |\n|---|---|---|\n");
    for (EnumValueDescriptor value : reasons().getValues()) {
      if (value.getNumber() != 0) {
        String comment = comment(value);
        int end = comment.indexOf('.');
        page.append("| `%s` | %s | %s |\n"
            .formatted(
                name(value),
                comment.substring(0, end),
                cell(comment.substring(end + 1).strip())));
      }
    }
    return page.toString();
  }

  private String page(FileDescriptor file, String title) {
    StringBuilder page = new StringBuilder("# " + title + "\n\n");
    file.getServices().forEach(service -> {
      page.append(paragraphs(comment(service)));
      service.getMethods().forEach(method -> method(page, method));
    });
    List<Descriptor> messages = new ArrayList<>(file.getMessageTypes());
    file.getServices().stream()
        .flatMap(service -> service.getMethods().stream())
        .forEach(method -> {
          messages.remove(method.getInputType());
          messages.remove(method.getOutputType());
        });
    messages.forEach(message -> {
      page.append("## ").append(message.getName()).append("\n\n");
      message(page, message, comment(message));
    });
    file.getEnumTypes().forEach(type -> type(page, type));
    return page.toString().strip() + "\n";
  }

  private void method(StringBuilder page, MethodDescriptor method) {
    page.append("## ").append(method.getName()).append("\n\n");
    page.append(paragraphs(comment(method)));
    page.append("Who may call it: ")
        .append(roles(method))
        .append(". [A call](calls.md#")
        .append(anchor(method.getService().getName() + "/" + method.getName()))
        .append(").\n\n");
    page.append("**Request**\n\n");
    message(page, method.getInputType(), "");
    page.append(
        method.isServerStreaming() ? "**Each message of the answer**\n\n" : "**Answer**\n\n");
    message(page, method.getOutputType(), "");
  }

  private void message(StringBuilder page, Descriptor message, String comment) {
    page.append(paragraphs(comment));
    if (message.getFields().isEmpty()) {
      page.append("No fields.\n\n");
      return;
    }
    page.append("| field | type | |\n|---|---|---|\n");
    for (FieldDescriptor field : message.getFields()) {
      page.append(
          "| `%s` | %s | %s |\n".formatted(field.getName(), type(field), cell(comment(field))));
    }
    page.append("\n");
  }

  private void type(StringBuilder page, EnumDescriptor type) {
    page.append("## ").append(type.getName()).append("\n\n").append(paragraphs(comment(type)));
    page.append("| value | |\n|---|---|\n");
    type.getValues()
        .forEach(value ->
            page.append("| `%s` | %s |\n".formatted(value.getName(), cell(comment(value)))));
    page.append("\n");
  }

  private String type(FieldDescriptor field) {
    String name = switch (field.getJavaType()) {
      case MESSAGE ->
        link(field.getMessageType().getFile(), field.getMessageType().getFullName());
      case ENUM -> link(field.getEnumType().getFile(), field.getEnumType().getFullName());
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
    if (field.isRepeated()) {
      return "repeated " + name;
    }
    if (field.getRealContainingOneof() != null) {
      return name + ", one of `" + field.getRealContainingOneof().getName() + "`";
    }
    return field.toProto().getProto3Optional() ? "optional " + name : name;
  }

  private String link(FileDescriptor file, String fullName) {
    if (!files.contains(file)) {
      return "`" + fullName + "`";
    }
    String name = fullName.substring(PACKAGE.length() + 1);
    return "[%s](%s#%s)".formatted(name, page(file), anchor(name));
  }

  private static String roles(MethodDescriptor method) {
    return method.getOptions().getExtension(Access.callableBy).stream()
        .map(Role::name)
        .map(name -> "`" + name.substring("ROLE_".length()).toLowerCase(Locale.ROOT) + "`")
        .collect(joining(", "));
  }

  private static String page(FileDescriptor file) {
    return title(file) + ".md";
  }

  private static String title(FileDescriptor file) {
    return file.getServices().isEmpty()
        ? file.getName().replaceAll(".*/|\\.proto", "")
        : file.getServices().get(0).getName();
  }

  /** As GitHub makes it of a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "").replace(' ', '-');
  }

  private static String name(EnumValueDescriptor reason) {
    return reason.getName().substring("ERROR_REASON_".length());
  }

  private static String firstSentence(String comment) {
    int end = comment.replace('\n', ' ').indexOf(". ");
    return end < 0 ? comment : comment.substring(0, end + 1);
  }

  private static String paragraphs(String comment) {
    return comment.isEmpty() ? "" : comment + "\n\n";
  }

  private static String cell(String comment) {
    return comment.replace("\n\n", "<br>").replace('\n', ' ').replace("|", "\\|");
  }

  private String comment(ServiceDescriptor service) {
    return comment(service.getFile(), List.of(6, service.getIndex()));
  }

  private String comment(MethodDescriptor method) {
    return comment(
        method.getFile(), List.of(6, method.getService().getIndex(), 2, method.getIndex()));
  }

  private String comment(Descriptor message) {
    return comment(message.getFile(), List.of(4, message.getIndex()));
  }

  private String comment(FieldDescriptor field) {
    return comment(
        field.getFile(), List.of(4, field.getContainingType().getIndex(), 2, field.getIndex()));
  }

  private String comment(EnumDescriptor type) {
    return comment(type.getFile(), List.of(5, type.getIndex()));
  }

  private String comment(EnumValueDescriptor value) {
    return comment(value.getFile(), List.of(5, value.getType().getIndex(), 2, value.getIndex()));
  }

  /** Lines that the file has broken for its own width are one again; paragraphs and lists stay. */
  private String comment(FileDescriptor file, List<Integer> path) {
    return comments
        .getOrDefault(key(file.getName(), path), "")
        .lines()
        .map(String::strip)
        .collect(joining("\n"))
        .replaceAll("(?<!\n)\n(?!\n|\\d+\\. |- )", " ")
        .strip();
  }

  private static String key(String file, List<Integer> path) {
    return file + path;
  }
}
